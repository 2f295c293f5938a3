//! Logouts, here and at the provider.

use tornado_core::http::header::CACHE_CONTROL;
use tornado_core::httputil::url_concat;
use tornado_core::{Context as _, HttpError, Input as _, Output as _, RequestHandler, Result};
use tornado_session::store::Owned;
use tornado_session::{SessionMixin as _, SessionStore as _};
use url::Url;

use crate::error::{AuthError, AuthErrorKind};
use crate::oidc::{Expected, Kind};
use crate::{OAuth2Provider, kept};

/// Ends the session, and sends the user to the provider to end that one's.
pub(crate) async fn at_provider<H: RequestHandler>(
    handler: &mut H,
    provider: &OAuth2Provider,
    next: &str,
) -> Result {
    let hint = kept::id_token(handler, provider).await?;
    handler.logout().await?;
    let metadata = provider.metadata().await.map_err(AuthError::answer)?;
    let Some(endpoint) = &metadata.end_session_endpoint else {
        handler.redirect(next);
        return Ok(());
    };
    let here = handler.request().full_url();
    let back = Url::parse(&here).and_then(|here| here.join(next));
    let mut params = Vec::new();
    params.extend(hint.map(|token| ("id_token_hint", token)));
    params.push((
        "client_id",
        provider
            .required_client()
            .map_err(AuthError::answer)?
            .id
            .clone(),
    ));
    params.extend(
        back.ok()
            .map(|url| ("post_logout_redirect_uri", url.into())),
    );
    handler.redirect(&url_concat(endpoint, params));
    Ok(())
}

/// Ends the sessions of a user who has logged out at the provider.
pub(crate) async fn by_provider<H: RequestHandler>(
    handler: &mut H,
    provider: &OAuth2Provider,
) -> Result<String> {
    let token = handler.get_body_argument("logout_token")?;
    handler.set_header(CACHE_CONTROL, "no-store");
    let now = handler.application().clock().now();
    let verified = async {
        let metadata = provider.metadata().await?;
        let expected = Expected {
            issuer: &metadata.issuer,
            audience: &provider.required_client()?.id,
            now,
            kind: Kind::Logout,
        };
        let claims = provider.verify(&token, &expected).await?;
        let id = claims.get("sub").and_then(|sub| sub.as_str());
        Ok(format!("{}#{}", metadata.issuer, id.unwrap_or_default()))
    };
    let user = verified
        .await
        .map_err(|error: AuthError| match error.kind() {
            // The status of the specification.
            AuthErrorKind::Token => HttpError::new(400)
                .with_log_message(error.to_string())
                .with_source(error)
                .into(),
            _ => error.answer(),
        })?;
    handler
        .session_store()?
        .delete_owned(&user, Owned::All)
        .await?;
    Ok(user)
}
