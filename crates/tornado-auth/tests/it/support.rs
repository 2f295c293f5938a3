//! A login provider that does what a test says, and an application whose users it has.

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use ring::digest::{SHA256, digest};
use ring::hmac;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Map, Value, json};
use tornado_testing::{ExpectLog, TestClient, TestResponse};
use tornado_web::auth::{OAuth2Mixin, OAuth2Provider};
use tornado_web::prelude::*;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

/// What the client of the tests is at every provider.
pub(crate) const CLIENT: (&str, &str) = ("my client", "its secret: %+&");

/// A key of a provider.
pub(crate) struct Key {
    pub(crate) id: &'static str,
    pair: EcdsaKeyPair,
}

impl Key {
    pub(crate) fn new(id: &'static str) -> Key {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).unwrap();
        Key { id, pair }
    }

    fn point(&self) -> &[u8] {
        // 4, x, y
        &self.pair.public_key().as_ref()[1..]
    }

    fn jwk(&self) -> Value {
        let (x, y) = self.point().split_at(32);
        let (x, y) = (BASE64.encode(x), BASE64.encode(y));
        json!({"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.id, "x": x, "y": y})
    }
}

/// What is signed, and by whom, if a test wants it otherwise than right.
pub(crate) struct Draft {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) signer: Signer,
}

pub(crate) enum Signer {
    Key(Arc<Key>),
    Secret(Vec<u8>),
    Nobody,
}

impl Draft {
    pub(crate) fn sign(&self) -> String {
        let part = |map: &Map<String, Value>| BASE64.encode(serde_json::to_vec(map).unwrap());
        let text = format!("{}.{}", part(&self.header), part(&self.claims));
        let signature = match &self.signer {
            Signer::Key(key) => {
                let signature = key
                    .pair
                    .sign(&SystemRandom::new(), text.as_bytes())
                    .unwrap();
                signature.as_ref().to_vec()
            }
            Signer::Secret(secret) => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
                hmac::sign(&key, text.as_bytes()).as_ref().to_vec()
            }
            Signer::Nobody => Vec::new(),
        };
        format!("{text}.{}", BASE64.encode(signature))
    }

    pub(crate) fn claim(&mut self, name: &str, value: impl Into<Value>) {
        self.claims.insert(name.to_owned(), value.into());
    }
}

type Forge = Box<dyn Fn(&mut Draft) + Send + Sync>;
type Change = Box<dyn Fn(&mut Value) + Send + Sync>;

/// What a provider does.
pub(crate) struct Script {
    pub(crate) keys: Vec<Arc<Key>>,
    /// Who signs.
    pub(crate) key: Arc<Key>,
    /// What becomes of an ID token before it is signed.
    pub(crate) forge: Forge,
    /// What becomes of the answer to a request for tokens.
    pub(crate) answer: Change,
    pub(crate) metadata: Change,
    pub(crate) userinfo: Value,
    pub(crate) iss: Option<String>,
    /// Answers a code as often as it is asked, and does not ask for PKCE's verifier.
    pub(crate) careless: bool,
    /// How often something was asked for, by path.
    pub(crate) asked: Vec<String>,
    /// The arguments of the last login, and of the last request for tokens.
    pub(crate) login: Map<String, Value>,
    pub(crate) token: Map<String, Value>,
    pub(crate) authorization: Option<String>,
    used: bool,
}

/// A provider, served on a port.
pub(crate) struct FakeProvider {
    pub(crate) script: Arc<Mutex<Script>>,
    client: TestClient,
}

#[derive(Clone)]
struct Shared(Arc<Mutex<Script>>);

impl FakeProvider {
    pub(crate) async fn start() -> FakeProvider {
        let key = Arc::new(Key::new("one"));
        let script = Script {
            keys: vec![Arc::clone(&key)],
            key,
            forge: Box::new(|_| ()),
            answer: Box::new(|_| ()),
            metadata: Box::new(|_| ()),
            userinfo: json!({"sub": "kim", "name": "Kim Lee"}),
            iss: None,
            careless: false,
            asked: Vec::new(),
            login: Map::new(),
            token: Map::new(),
            authorization: None,
            used: false,
        };
        let script = Arc::new(Mutex::new(script));
        let rules = [
            url("/.well-known/openid-configuration", MetadataHandler),
            url("/jwks", KeysHandler),
            url("/authorize", AuthorizeHandler),
            url("/token", TokenHandler),
            url("/userinfo", UserinfoHandler),
            url("/elsewhere", ElsewhereHandler),
        ];
        let settings = Settings::new().state(Shared(Arc::clone(&script)));
        let client = TestClient::new(Application::new(rules, settings).unwrap());
        let client = client.serve().await;
        FakeProvider { script, client }
    }

    pub(crate) fn issuer(&self) -> String {
        self.client.url("/").trim_end_matches('/').to_owned()
    }

    pub(crate) fn provider(&self) -> OAuth2Provider {
        OAuth2Provider::discover(self.issuer()).client(CLIENT.0, CLIENT.1)
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.script.lock().unwrap());
    }

    pub(crate) fn forge(&self, forge: impl Fn(&mut Draft) + Send + Sync + 'static) {
        self.change(|script| script.forge = Box::new(forge));
    }

    /// The address, asked by a browser: where it sends that.
    pub(crate) async fn visit(&self, location: &str) -> String {
        let path = location
            .strip_prefix(&self.issuer())
            .expect("it is this provider's");
        let response = self.client.get(path).await;
        assert_eq!(response.status(), 302, "{response:?}");
        response.header("Location").unwrap().to_owned()
    }

    pub(crate) fn asked(&self, path: &str) -> usize {
        let script = self.script.lock().unwrap();
        script.asked.iter().filter(|asked| *asked == path).count()
    }

    /// A token of this provider, as right as can be.
    pub(crate) fn draft(&self) -> Draft {
        let script = self.script.lock().unwrap();
        draft(&self.issuer(), &script, &Map::new(), "an access token")
    }
}

fn draft(issuer: &str, script: &Script, login: &Map<String, Value>, access_token: &str) -> Draft {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let at_hash = BASE64.encode(&digest(&SHA256, access_token.as_bytes()).as_ref()[..16]);
    let header = json!({"alg": "ES256", "kid": script.key.id, "typ": "JWT"});
    let claims = json!({
        "iss": issuer, "sub": "kim", "aud": CLIENT.0, "iat": now, "exp": now + 300,
        "nonce": login.get("nonce"), "at_hash": at_hash,
        "email": "kim@example.com", "email_verified": true,
    });
    let (Value::Object(header), Value::Object(claims)) = (header, claims) else {
        unreachable!("they are objects");
    };
    Draft {
        header,
        claims,
        signer: Signer::Key(Arc::clone(&script.key)),
    }
}

#[derive(Handler)]
struct MetadataHandler(Exchange);

fn issuer<H: RequestHandler>(handler: &H) -> String {
    format!("http://{}", handler.request().host())
}

fn script<H: RequestHandler>(handler: &H, change: impl FnOnce(&mut Script)) {
    let shared: Shared = handler.state().unwrap();
    let mut script = shared.0.lock().unwrap();
    script.asked.push(handler.request().path().to_owned());
    change(&mut script);
}

fn arguments<H: RequestHandler>(handler: &H) -> Map<String, Value> {
    let arguments = handler.request().arguments().iter();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    arguments
        .map(|(name, value)| (name.to_owned(), text(value).into()))
        .collect()
}

impl RequestHandler for MetadataHandler {
    async fn get(&mut self) -> Result {
        let issuer = issuer(self);
        let mut metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "userinfo_endpoint": format!("{issuer}/userinfo"),
            "jwks_uri": format!("{issuer}/jwks"),
            "end_session_endpoint": format!("{issuer}/logout"),
        });
        script(self, |script| (script.metadata)(&mut metadata));
        self.write(metadata);
        Ok(())
    }
}

#[derive(Handler)]
struct KeysHandler(Exchange);

impl RequestHandler for KeysHandler {
    async fn get(&mut self) -> Result {
        let mut keys = Vec::new();
        script(self, |script| {
            keys = script.keys.iter().map(|key| key.jwk()).collect()
        });
        self.write(json!({"keys": keys}));
        Ok(())
    }
}

#[derive(Handler)]
struct AuthorizeHandler(Exchange);

impl RequestHandler for AuthorizeHandler {
    async fn get(&mut self) -> Result {
        let arguments = arguments(self);
        let mut iss = None;
        let state = arguments["state"].as_str().unwrap().to_owned();
        let redirect_uri = arguments["redirect_uri"].as_str().unwrap().to_owned();
        script(self, |script| {
            iss = script.iss.clone();
            script.login = arguments;
            script.used = false;
        });
        let mut answer = vec![("code", "the code".to_owned()), ("state", state)];
        answer.extend(iss.map(|iss| ("iss", iss)));
        self.redirect(&tornado_web::httputil::url_concat(&redirect_uri, answer));
        Ok(())
    }
}

#[derive(Handler)]
struct TokenHandler(Exchange);

impl RequestHandler for TokenHandler {
    async fn post(&mut self) -> Result {
        let (issuer, arguments) = (issuer(self), arguments(self));
        let authorization = self.get_header("Authorization");
        let (mut answer, mut error) = (Value::Null, false);
        script(self, |script| {
            let verifier = arguments.get("code_verifier").and_then(Value::as_str);
            let hash = digest(&SHA256, verifier.unwrap_or_default().as_bytes());
            let challenge = BASE64.encode(hash.as_ref());
            let mine = script.login.get("code_challenge") == Some(&challenge.into());
            let refreshes = arguments["grant_type"] == "refresh_token";
            error = !refreshes && !script.careless && (!mine || script.used);
            script.used |= !refreshes;
            let token = "an access token";
            let mut draft = draft(&issuer, script, &script.login, token);
            (script.forge)(&mut draft);
            answer = json!({
                "access_token": token, "token_type": "Bearer", "expires_in": 300,
                "refresh_token": "a refresh token", "id_token": draft.sign(),
            });
            (script.answer)(&mut answer);
            script.token = arguments;
            script.authorization = authorization;
        });
        if error {
            self.set_status(400);
            answer = json!({"error": "invalid_grant", "error_description": "no such code"});
        }
        self.write(answer);
        Ok(())
    }
}

#[derive(Handler)]
struct UserinfoHandler(Exchange);

impl RequestHandler for UserinfoHandler {
    async fn get(&mut self) -> Result {
        let token = self.get_header("Authorization");
        assert_eq!(token.as_deref(), Some("Bearer an access token"));
        assert_eq!(self.request().query(), "");
        let mut userinfo = Value::Null;
        script(self, |script| userinfo = script.userinfo.clone());
        self.write(userinfo);
        Ok(())
    }
}

/// Redirects to another machine.
#[derive(Handler)]
struct ElsewhereHandler(Exchange);

impl RequestHandler for ElsewhereHandler {
    async fn get(&mut self) -> Result {
        self.redirect("http://169.254.169.254/latest/meta-data");
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }
}

/// How many cookies a browser sends.
#[derive(Handler)]
struct CookiesHandler(Exchange);

impl RequestHandler for CookiesHandler {
    async fn get(&mut self) -> Result {
        self.write(self.request().cookies().len().to_string());
        Ok(())
    }
}

/// Logs users in, and says who it was.
#[derive(Handler)]
struct LoginHandler {
    base: Exchange,
    provider: OAuth2Provider,
}

impl RequestHandler for LoginHandler {
    async fn get(&mut self) -> Result {
        let provider = self.provider.clone();
        let user = self.sign_in_with(&provider).await?;
        self.login(&user).await?;
        self.set_header("X-User", user.key().as_str());
        self.redirect(user.next());
        Ok(())
    }

    async fn post(&mut self) -> Result {
        self.get().await
    }

    fn check_xsrf_cookie(&mut self) -> Result {
        Ok(())
    }
}

pub(crate) fn settings() -> Settings {
    Settings::new().cookie_secret("f9a3cc1e4b0d4b7a8e54a0d1a3c9e7b2")
}

/// A browser of an application with these providers, at `/login/0` and so on.
pub(crate) fn site(providers: impl IntoIterator<Item = OAuth2Provider>) -> TestClient {
    site_with(providers, settings())
}

pub(crate) fn site_with(
    providers: impl IntoIterator<Item = OAuth2Provider>,
    settings: Settings,
) -> TestClient {
    let rules = providers.into_iter().enumerate().map(|(number, provider)| {
        let handler = move |base| LoginHandler {
            base,
            provider: provider.clone(),
        };
        url(&format!("/login/{number}"), handler)
    });
    let rules = rules.chain([url("/cookies", CookiesHandler)]);
    TestClient::new(Application::new(rules, settings).unwrap())
}

/// Begins a login, and gives where the browser is sent to.
pub(crate) async fn begin(browser: &TestClient, path: &str) -> String {
    let response = browser.get(path).await;
    assert_eq!(response.status(), 302, "{response:?}");
    response.header("Location").unwrap().to_owned()
}

/// What is behind the host.
pub(crate) fn path_of(location: &str) -> String {
    let url = url::Url::parse(location).unwrap();
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

/// The whole way, to the provider and back.
pub(crate) async fn log_in(browser: &TestClient, provider: &FakeProvider) -> TestResponse {
    let there = begin(browser, "/login/0").await;
    let back = provider.visit(&there).await;
    browser.get(&path_of(&back)).await
}

pub(crate) async fn user_of(browser: &TestClient) -> Option<String> {
    browser.session().await.owner()
}

/// That an attempt comes to nothing: it has this status, the log says why, and nobody is
/// logged in.
pub(crate) async fn refused(
    browser: &TestClient,
    attempt: impl Future<Output = TestResponse>,
    status: u16,
    why: &str,
) -> TestResponse {
    let response = answered(attempt, status, why).await;
    assert_eq!(user_of(browser).await, None, "{why}");
    response
}

pub(crate) async fn answered(
    attempt: impl Future<Output = TestResponse>,
    status: u16,
    why: &str,
) -> TestResponse {
    let application = ExpectLog::new("tornado", &format!("(?s).*{why}"));
    let access = ExpectLog::new("tornado.access", &format!("{status} ")).required(false);
    let response = attempt.await;
    assert_eq!(response.status(), status, "{why}: {response:?}");
    drop((application, access));
    response
}
