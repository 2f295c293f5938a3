// Objects for templates that are none: not a struct, fields without names, marks that
// nobody knows, a type that is no value, and methods that are not there or want more.
use tornado_template::TemplateObject;

#[derive(Debug, TemplateObject)]
enum Choice {
    Yes,
}

#[derive(Debug, TemplateObject)]
struct Pair(String, String);

#[derive(Debug, TemplateObject)]
#[template(method(link))]
struct WrongOption {
    title: String,
}

#[derive(Debug, TemplateObject)]
struct WrongMark {
    #[template(hidden)]
    password: String,
}

#[derive(Clone, Debug)]
struct Secret;

#[derive(Debug, TemplateObject)]
struct WrongField {
    secret: Secret,
}

#[derive(TemplateObject)]
struct NoDebug {
    title: String,
}

#[derive(Debug, TemplateObject)]
#[template(methods(missing, link(prefix)))]
struct WrongMethods {
    title: String,
}

impl WrongMethods {
    fn link(&self) -> String {
        self.title.clone()
    }
}

fn main() {}
