//! The errors of each operation of a store.
//!
//! There is one enum per operation, so that a caller sees what can happen to
//! it, and a store can't report an error that makes no sense there.

use std::error::Error as StdError;
use std::fmt;

use super::OpenError;

type Source = Box<dyn StdError + Send + Sync>;

/// An error with all its sources, in one line.
pub(crate) fn chain(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let next = error.to_string();
        // Some errors include their source in their text.
        if !text.ends_with(&next) {
            text += ": ";
            text += &next;
        }
        source = error.source();
    }
    text
}

/// An enum with a variant `Other`, which holds the store's own error, and
/// variants without data.
macro_rules! store_error {
    (
        $(#[$doc:meta])*
        $name:ident: $doing:literal {
            $( $(#[$variant_doc:meta])* $variant:ident => $text:literal, )*
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$variant_doc])* $variant, )*
            /// The store failed, with this error.
            Other(Box<dyn StdError + Send + Sync>),
        }

        impl $name {
            /// The store failed with this error.
            ///
            /// ```
            #[doc = concat!("use tornado_session::store::", stringify!($name), ";")]
            #[doc = concat!("let error = ", stringify!($name), "::other(std::io::Error::other(\"connection lost\"));")]
            /// assert_eq!(std::error::Error::source(&error).unwrap().to_string(), "connection lost");
            /// ```
            #[must_use]
            pub fn other(source: impl Into<Box<dyn StdError + Send + Sync>>) -> $name {
                $name::Other(source.into())
            }
        }

        /// A store that is opened when it is first used could not be opened.
        impl From<OpenError> for $name {
            fn from(error: OpenError) -> $name {
                $name::other(error)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $( $name::$variant => $text, )*
                    $name::Other(_) => concat!("the session store failed to ", $doing),
                })
            }
        }

        impl StdError for $name {
            fn source(&self) -> Option<&(dyn StdError + 'static)> {
                match self {
                    $( $name::$variant => None, )*
                    $name::Other(source) => Some(&**source),
                }
            }
        }
    };
}

store_error! {
    /// Why a record can't be created.
    CreateError: "create a session" {
        /// A session with this key exists and must not be overwritten.
        Exists => "there is a session of this key already",
    }
}

store_error! {
    /// Why a patch can't be applied.
    ApplyError: "change a session" {
        /// The session does not exist, or has expired.
        NotFound => "there is no session of this key",
    }
}

store_error! {
    /// Why a session's key can't be changed.
    RenameError: "rename a session" {
        /// The session does not exist, or has expired.
        NotFound => "there is no session of this key",
        /// The session has already moved to another key, and the grace for the
        /// old one lasts.
        Moved => "the session has moved to another key already",
        /// A session with the new key exists and must not be overwritten.
        Exists => "there is a session of the new key already",
    }
}

store_error! {
    /// Why a session can't be deleted.
    DeleteError: "delete a session" {}
}

store_error! {
    /// Why the sessions of an owner can't be deleted.
    DeleteOwnedError: "delete the sessions of a user" {}
}

store_error! {
    /// Why expired sessions can't be deleted.
    DeleteExpiredError: "delete expired sessions" {}
}

/// Why a record can't be loaded, or the records of an owner can't be listed.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// The stored data is not a record; this is the decoder's error.
    Corrupt(Box<dyn StdError + Send + Sync>),
    /// The store failed, with this error.
    Other(Box<dyn StdError + Send + Sync>),
}

impl LoadError {
    /// The stored data is not a record.
    ///
    /// ```
    /// use tornado_session::{Record, store::LoadError};
    /// let read = |text: &str| serde_json::from_str::<Record>(text).map_err(LoadError::corrupt);
    /// assert!(matches!(read("{}"), Err(LoadError::Corrupt(_))));
    /// ```
    #[must_use]
    pub fn corrupt(source: impl Into<Source>) -> LoadError {
        LoadError::Corrupt(source.into())
    }

    /// The store failed with this error.
    #[must_use]
    pub fn other(source: impl Into<Source>) -> LoadError {
        LoadError::Other(source.into())
    }
}

/// A store that is opened when it is first used could not be opened.
impl From<OpenError> for LoadError {
    fn from(error: OpenError) -> LoadError {
        LoadError::other(error)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            LoadError::Corrupt(_) => "the session store holds what is not a session record",
            LoadError::Other(_) => "the session store failed to load a session",
        })
    }
}

impl StdError for LoadError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            LoadError::Corrupt(source) | LoadError::Other(source) => Some(&**source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_says_what_was_not_done_and_then_why() {
        let why = "connection lost";
        let says = |error: &dyn StdError, shown: &str| {
            assert_eq!(error.to_string(), shown);
            assert_eq!(chain(error), format!("{shown}: connection lost"));
        };
        says(
            &LoadError::corrupt(why),
            "the session store holds what is not a session record",
        );
        says(
            &LoadError::other(why),
            "the session store failed to load a session",
        );
        says(
            &CreateError::other(why),
            "the session store failed to create a session",
        );
        says(
            &ApplyError::other(why),
            "the session store failed to change a session",
        );
        says(
            &RenameError::other(why),
            "the session store failed to rename a session",
        );
        says(
            &DeleteError::other(why),
            "the session store failed to delete a session",
        );
        says(
            &DeleteOwnedError::other(why),
            "the session store failed to delete the sessions of a user",
        );
        says(
            &DeleteExpiredError::other(why),
            "the session store failed to delete expired sessions",
        );
        let refused = CreateError::Exists;
        assert_eq!(chain(&refused), "there is a session of this key already");
        assert!(refused.source().is_none());
    }
}
