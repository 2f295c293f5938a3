//! The scripts, each with the beginning that they all share.

use std::sync::LazyLock;

use redis::Script;

macro_rules! scripts {
    ($($name:ident: $file:literal)*) => {
        $(
            pub(super) static $name: LazyLock<Script> = LazyLock::new(|| {
                Script::new(concat!(include_str!("lua/common.lua"), "\n", include_str!($file)))
            });
        )*
    };
}

scripts! {
    CREATE: "lua/create.lua"
    APPLY: "lua/apply.lua"
    RENAME: "lua/rename.lua"
    DELETE: "lua/delete.lua"
    LIST_OWNED: "lua/list_owned.lua"
    DELETE_OWNED: "lua/delete_owned.lua"
}
