//! A session as stores keep it, and its id as clients send it.

use tornado_web::session::{Json, Patch, Record, SessionId};

pub(crate) fn check(input: &[u8]) {
    if let Some(id) = SessionId::parse(input) {
        // There is one text for each id; otherwise a store could be asked for
        // one session under many names.
        assert_eq!(id.reveal().as_bytes(), input);
        assert_ne!(id.store_key().as_str(), id.reveal());
    }

    let Ok(record) = serde_json::from_slice::<Record>(input) else {
        return;
    };
    let text = serde_json::to_string(&record).expect("what was read can be written");
    let again: Record = serde_json::from_str(&text).expect("what was written can be read");
    assert_eq!(again, record, "{text}");
    assert_eq!(serde_json::to_string(&again).ok(), Some(text));

    // Values are kept as they were written, and merged key by key.
    let mut patched = record.clone();
    let mut patch = Patch::new();
    for (key, value) in record.data() {
        let text = value.as_str();
        let kept = Json::from_text(text).expect("a value is JSON");
        assert_eq!(kept.as_str(), text, "{key}");
        patch = patch.set(key.clone(), kept);
    }
    patched.apply(&patch);
    assert_eq!(patched, record);
}
