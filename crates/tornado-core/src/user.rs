//! `User`: the user who makes a request.

use std::any::{Any, type_name};
use std::fmt;
use std::sync::Arc;

#[cfg(feature = "templates")]
use tornado_template::{Object, Value};

use crate::error::{Error, Result};

/// The user who makes a request, in whatever type the application has for that.
///
/// A handler's [`get_current_user`](crate::RequestHandler::get_current_user)
/// makes one, and [`current_user`](crate::Context::current_user) returns it. A
/// clone is cheap and is the same user.
///
/// ```
/// use tornado_web::User;
///
/// struct Account { name: String }
///
/// let user = User::new(Account { name: "Kim".to_owned() });
/// assert_eq!(user.get::<Account>().unwrap().name, "Kim");
/// assert!(user.get::<String>().is_none());
/// ```
#[derive(Clone)]
pub struct User {
    value: Arc<dyn Any + Send + Sync>,
    type_name: &'static str,
    /// Its value in a template, if its type provides one.
    #[cfg(feature = "templates")]
    object: Option<Value>,
}

impl User {
    /// A user of any type.
    #[must_use]
    pub fn new<T: Send + Sync + 'static>(user: T) -> User {
        User {
            value: Arc::new(user),
            type_name: type_name::<T>(),
            #[cfg(feature = "templates")]
            object: None,
        }
    }

    /// The user, if it is a `T`.
    #[must_use]
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.value.downcast_ref()
    }
}

impl User {
    /// The user, shared.
    ///
    /// # Errors
    ///
    /// When it is not a `T`; the message names both types.
    pub fn try_get<T: Send + Sync + 'static>(&self) -> Result<Arc<T>> {
        let value = Arc::clone(&self.value).downcast();
        value.map_err(|_| {
            Error::msg(format!(
                "the user is a `{}`, as `get_current_user` has made it, and no `{}`",
                self.type_name,
                type_name::<T>()
            ))
        })
    }
}

#[cfg(feature = "templates")]
impl User {
    /// A user whose fields templates can read: `{{ current_user.name }}`.
    /// [`TemplateObject`](tornado_template::TemplateObject) is the derive for
    /// it.
    ///
    /// With [`new`](Self::new), a text, a number or a `serde_json` value is itself in a template as
    /// well; of any other type, a template sees only that there is a user.
    #[must_use]
    pub fn object<T: Object>(user: T) -> User {
        let user = Arc::new(user);
        User {
            object: Some(Arc::clone(&user).into()),
            value: user,
            type_name: type_name::<T>(),
        }
    }

    /// The name of its type.
    pub(crate) fn type_name(&self) -> &'static str {
        self.type_name
    }

    /// The user as a template sees it, if its fields can be read.
    pub(crate) fn to_value(&self) -> Option<Value> {
        if let Some(object) = &self.object {
            return Some(object.clone());
        }
        let text = self.get::<String>().map(Value::from);
        text.or_else(|| self.get::<&'static str>().map(|text| Value::from(*text)))
            .or_else(|| self.get::<i64>().map(|number| Value::from(*number)))
            .or_else(|| self.get::<u64>().map(|number| Value::from(*number)))
            .or_else(|| self.get::<i32>().map(|number| Value::from(*number)))
            .or_else(|| self.get::<u32>().map(|number| Value::from(*number)))
            .or_else(|| {
                let json = self.get::<serde_json::Value>()?;
                Value::from_serialize(json).ok()
            })
    }
}

impl From<String> for User {
    fn from(name: String) -> User {
        User::new(name)
    }
}

impl From<&str> for User {
    fn from(name: &str) -> User {
        User::new(name.to_owned())
    }
}

impl fmt::Debug for User {
    /// Shows only the type: what an application knows about its users does not
    /// belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "User({})", self.type_name)
    }
}
