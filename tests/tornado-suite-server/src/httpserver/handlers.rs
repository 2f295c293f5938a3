//! Handlers shared by several classes.

use serde_json::{Map, Value};
use tornado_web::Protocol;
use tornado_web::prelude::*;

/// `HelloWorldRequestHandler`.
#[derive(Handler)]
pub(super) struct HelloWorld {
    base: Exchange,
    expected_protocol: Protocol,
}

impl HelloWorld {
    pub(super) fn new(base: Exchange) -> HelloWorld {
        HelloWorld {
            base,
            expected_protocol: Protocol::Http,
        }
    }

    pub(super) fn over_tls(base: Exchange) -> HelloWorld {
        HelloWorld {
            base,
            expected_protocol: Protocol::Https,
        }
    }
}

impl RequestHandler for HelloWorld {
    async fn get(&mut self) -> Result {
        if self.request().protocol() != self.expected_protocol {
            return Err(Error::msg("unexpected protocol"));
        }
        self.write("Hello world");
        Ok(())
    }

    async fn post(&mut self) -> Result {
        let received = self.request().body().len();
        self.write(format!("Got {received} bytes in POST"));
        Ok(())
    }
}

/// `EchoHandler`: the arguments of the request, as text.
#[derive(Handler)]
pub(super) struct Echo(Exchange);

impl Echo {
    pub(super) fn new(base: Exchange) -> Echo {
        Echo(base)
    }
}

impl RequestHandler for Echo {
    async fn get(&mut self) -> Result {
        let request = self.request();
        let fields = request.query_arguments().iter();
        let fields = fields.chain(request.body_arguments().iter());
        let mut arguments: Map<String, Value> = Map::new();
        for (name, value) in fields {
            let values = arguments
                .entry(name)
                .or_insert_with(|| Value::Array(vec![]));
            if let Value::Array(values) = values {
                values.push(std::str::from_utf8(value)?.into());
            }
        }
        self.write(Value::Object(arguments));
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}
