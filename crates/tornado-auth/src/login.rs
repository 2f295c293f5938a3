//! What [`OAuth2Mixin`](crate::OAuth2Mixin) does: to the provider, and back.

use serde_json::{Map, Value};
use tornado_core::escape::xhtml_escape;
use tornado_core::httputil::url_concat;
use tornado_core::{Context as _, Finish, Input as _, Output as _, RequestHandler, Result};
use url::Url;

use crate::error::{AuthError, AuthErrorKind, legible, unusable};
use crate::flow::Flow;
use crate::oidc::{Expected, Kind};
use crate::provider::{TokenAnswer, UserSource};
use crate::{FacebookGraphMixin as _, OAuth2Provider, OAuth2Request, OAuth2User, next};

/// What says that a form has been sent on by our own page, so that the cookies are there.
const SENT_ON: &str = "_sent_on";

pub(crate) async fn redirect<H: RequestHandler>(
    handler: &mut H,
    provider: &OAuth2Provider,
) -> Result {
    let metadata = provider.metadata().await.map_err(AuthError::answer)?;
    let redirect_uri = redirect_uri(handler, provider)?;
    let config = &provider.config;

    let mut params: Vec<(&str, String)> = vec![("response_type", "code".to_owned())];
    params.push(("redirect_uri", redirect_uri.clone()));
    if config.as_tornado {
        params.extend(
            config
                .client
                .as_ref()
                .map(|client| ("client_id", client.id.clone())),
        );
    } else {
        let identity = provider.identity().map_err(AuthError::answer)?;
        let client = provider.required_client().map_err(AuthError::answer)?;
        let next = next::asked(handler)?;
        let flow = Flow::new(identity, redirect_uri, next).map_err(AuthError::answer)?;
        flow.keep(handler)?;
        params.push(("client_id", client.id.clone()));
        params.push(("state", flow.state()));
        params.push(("code_challenge", flow.challenge()));
        params.push(("code_challenge_method", "S256".to_owned()));
        if provider.is_openid() {
            params.push(("nonce", flow.nonce()));
        }
    }
    if !config.scope.is_empty() {
        params.push(("scope", config.scope.join(" ")));
    }
    let taken: Vec<&str> = params.iter().map(|(name, _)| *name).collect();
    let extra = config.extra_params.iter();
    let extra = extra.filter(|(name, _)| !taken.contains(&&**name));
    let extra: Vec<(&str, String)> = extra
        .map(|(name, value)| (&**name, value.clone()))
        .collect();
    params.extend(extra);
    handler.redirect(&url_concat(&metadata.authorization_endpoint, params));
    Ok(())
}

/// Whether a request comes back from the provider.
pub(crate) fn is_answer<H: RequestHandler>(handler: &H) -> Result<bool> {
    let has = |name| handler.get_argument_opt(name).map(|value| value.is_some());
    Ok(has("code")? || has("error")?)
}

pub(crate) async fn user<H: RequestHandler>(
    handler: &mut H,
    provider: &OAuth2Provider,
) -> Result<OAuth2User> {
    let flow = if provider.config.as_tornado {
        None
    } else {
        Some(came_back(handler, provider)?)
    };
    if handler.get_argument_opt("error")?.is_some() {
        return Err(error_of(handler, provider)?);
    }
    let code = handler.get_argument("code")?;
    let now = handler.application().clock().now();
    let (redirect_uri, next) = match &flow {
        Some(flow) => (flow.redirect_uri.clone(), flow.next.clone()),
        None => (redirect_uri(handler, provider)?, next::asked(handler)?),
    };
    let asked = async {
        let metadata = provider.metadata().await?;
        if let Some(flow) = &flow {
            let issuer = handler.get_argument_opt("iss").ok().flatten();
            check_issuer(provider, issuer.as_deref(), &metadata)?;
            if !provider.first_use(flow) {
                return Err(stale("it has come back before"));
            }
        }
        let verifier = flow.as_ref().map(Flow::verifier);
        let mut grant = vec![
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", &*redirect_uri),
        ];
        grant.extend(
            verifier
                .as_deref()
                .map(|verifier| ("code_verifier", verifier)),
        );
        let tokens = provider.tokens(&grant, now).await?;
        let mut claims = Map::new();
        if let Some(flow) = flow.as_ref().filter(|_| provider.is_openid()) {
            let nonce = flow.nonce();
            claims = id_token_claims(provider, &tokens, &nonce, &metadata.issuer, now).await?;
        }
        Ok((metadata, tokens, claims))
    };
    let (metadata, tokens, claims) = asked.await.map_err(AuthError::answer)?;
    let (id, claims) = who(handler, provider, &tokens, claims).await?;
    Ok(OAuth2User {
        issuer: metadata.issuer.clone(),
        claims,
        id,
        tokens,
        next,
    })
}

/// The login that this request is the way back of.
fn came_back<H: RequestHandler>(handler: &mut H, provider: &OAuth2Provider) -> Result<Flow> {
    let state = handler.get_argument_opt("state")?.unwrap_or_default();
    let Some(flow) = Flow::take(handler, &state)? else {
        let method = handler.request().method();
        if method == "POST" && !handler.request().body_arguments().contains(SENT_ON) {
            send_on(handler);
            return Err(Finish::new().into());
        }
        return Err(stale("its cookie is missing, forged or too old").answer());
    };
    if flow.provider != provider.identity().map_err(AuthError::answer)? {
        return Err(stale("it was begun with another provider").answer());
    }
    Ok(flow)
}

fn stale(why: &str) -> AuthError {
    let message = format!("a login came back that can't be taken: {why}");
    AuthError::new(AuthErrorKind::State, message)
}

/// A form that another site has sent comes without the cookies (`SameSite=Lax`), so that
/// site's page is answered with one of ours, which sends the same form again.
fn send_on<H: RequestHandler>(handler: &mut H) {
    let mut page = String::from("<!DOCTYPE html><title>Login</title><form method=\"post\">");
    let mut field = |name: &str, value: &str| {
        let (name, value) = (xhtml_escape(name), xhtml_escape(value));
        page.push_str(&format!(
            "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">"
        ));
    };
    for (name, value) in handler.request().body_arguments().iter() {
        field(name, &String::from_utf8_lossy(value));
    }
    field(SENT_ON, "1");
    page.push_str("<button>Continue</button></form>");
    page.push_str("<script>document.forms[0].submit()</script>");
    handler.set_header("Cache-Control", "no-store");
    handler.write(page);
}

/// The provider's no.
fn error_of<H: RequestHandler>(
    handler: &mut H,
    provider: &OAuth2Provider,
) -> Result<tornado_core::Error> {
    let said = |name| {
        handler
            .get_argument_opt(name)
            .map(|text| legible(&text.unwrap_or_default()))
    };
    let (error, description) = (said("error")?, said("error_description")?);
    let kind = match &*error {
        "access_denied" => AuthErrorKind::Denied,
        "temporarily_unavailable" | "server_error" => AuthErrorKind::Unavailable,
        _ => AuthErrorKind::Provider,
    };
    if kind == AuthErrorKind::Denied
        && let Some(url) = &provider.config.denied_url
    {
        handler.redirect(url);
        return Ok(Finish::new().into());
    }
    let message = format!(
        "{} has refused a login: {error} {description}",
        provider.address()
    );
    Ok(AuthError::new(kind, message).answer())
}

/// Whether it is this provider that has answered (RFC 9207): one that is in league with
/// a stranger may have sent the user to another, for a code of that.
fn check_issuer(
    provider: &OAuth2Provider,
    issuer: Option<&str>,
    metadata: &crate::provider::Metadata,
) -> Result<(), AuthError> {
    let right = match issuer {
        None => !metadata.authorization_response_iss_parameter_supported,
        Some(issuer) if provider.is_openid() => issuer == metadata.issuer,
        // All that is known of it is its host.
        Some(issuer) => Url::parse(issuer)
            .is_ok_and(|url| url.origin().ascii_serialization() == metadata.issuer),
    };
    if right {
        Ok(())
    } else {
        Err(stale("another provider has answered (`iss`)"))
    }
}

async fn id_token_claims(
    provider: &OAuth2Provider,
    tokens: &TokenAnswer,
    nonce: &str,
    issuer: &str,
    now: std::time::SystemTime,
) -> Result<Map<String, Value>, AuthError> {
    let Some(id_token) = tokens.text("id_token") else {
        let message = "the provider has sent no ID token: the scope must have `openid`";
        return Err(AuthError::new(AuthErrorKind::Provider, message));
    };
    let expected = Expected {
        issuer,
        audience: &provider.required_client()?.id,
        now,
        kind: Kind::Login {
            nonce,
            access_token: &tokens.access_token,
        },
    };
    provider.verify(id_token, &expected).await
}

/// The id and the claims of the user.
async fn who<H: RequestHandler>(
    handler: &mut H,
    provider: &OAuth2Provider,
    tokens: &TokenAnswer,
    mut claims: Map<String, Value>,
) -> Result<(String, Map<String, Value>)> {
    let token = &tokens.access_token;
    match &provider.config.user {
        UserSource::OpenId if provider.is_openid() && !provider.config.as_tornado => {
            let id = text_of(claims.get("sub"));
            let metadata = provider.metadata().await.map_err(AuthError::answer)?;
            if let Some(url) = &metadata.userinfo_endpoint {
                let said = ask(provider, OAuth2Request::new(url).access_token(token)).await?;
                // OpenID Connect Core, 5.3.2.
                if text_of(said.get("sub")) != id {
                    let message = "the `userinfo_endpoint` tells of another user";
                    return Err(AuthError::new(AuthErrorKind::Token, message).answer());
                }
                for (name, value) in said {
                    claims.entry(name).or_insert(value);
                }
            }
            required(id).map(|id| (id, claims))
        }
        UserSource::OpenId if provider.config.as_tornado => Ok((String::new(), claims)),
        UserSource::OpenId => Err(unusable(
            "who the user is must be told somewhere: say where, by `OAuth2Provider::userinfo`",
        )
        .answer()),
        UserSource::Url { url, id } => {
            let said = ask(provider, OAuth2Request::new(url).access_token(token)).await?;
            let id = text_of(said.get(id));
            required(id).map(|id| (id, said))
        }
        UserSource::Facebook { .. } => {
            let request = OAuth2Request::new("/me")
                .access_token(token)
                .arg("fields", FIELDS.join(","));
            let said = handler.facebook_request(provider, request).await?;
            let said = object(said).map_err(AuthError::answer)?;
            let id = text_of(said.get("id"));
            if provider.config.as_tornado {
                return Ok((id.unwrap_or_default(), said));
            }
            required(id).map(|id| (id, said))
        }
    }
}

/// What Tornado asks Facebook for, and the address of mail.
const FIELDS: [&str; 8] = [
    "id",
    "name",
    "first_name",
    "last_name",
    "locale",
    "picture",
    "link",
    "email",
];

async fn ask(provider: &OAuth2Provider, request: OAuth2Request) -> Result<Map<String, Value>> {
    let said = request.send(provider).await.and_then(object);
    said.map_err(AuthError::answer)
}

fn object(said: Value) -> Result<Map<String, Value>, AuthError> {
    match said {
        Value::Object(said) => Ok(said),
        _ => {
            let message = "what the provider says of the user is no object of JSON";
            Err(AuthError::new(AuthErrorKind::Provider, message))
        }
    }
}

fn text_of(id: Option<&Value>) -> Option<String> {
    match id? {
        Value::String(id) => Some(id.clone()),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    }
}

fn required(id: Option<String>) -> Result<String> {
    id.filter(|id| !id.is_empty()).ok_or_else(|| {
        let message = "the provider does not say which user it is";
        AuthError::new(AuthErrorKind::Provider, message).answer()
    })
}

/// Where the user comes back to.
fn redirect_uri<H: RequestHandler>(handler: &H, provider: &OAuth2Provider) -> Result<String> {
    let request = handler.request();
    let here = format!(
        "{}://{}{}",
        request.protocol(),
        request.host(),
        request.path()
    );
    let Some(given) = &provider.config.redirect_uri else {
        return Ok(here);
    };
    let url = Url::parse(&here).and_then(|here| here.join(given));
    url.map(String::from).map_err(|error| {
        unusable(format!("the `redirect_uri` {given:?} is no URL"))
            .with_source(error)
            .answer()
    })
}
