//! The names of languages, in the languages themselves.

/// The name for a code, in the language itself; `Unknown` for one that is not
/// in Tornado's table.
pub(super) fn name_of(code: &str) -> &'static str {
    match NAMES.binary_search_by_key(&code, |(code, _)| code) {
        Ok(index) => NAMES[index].1,
        Err(_) => "Unknown",
    }
}

/// Sorted by code.
const NAMES: &[(&str, &str)] = &[
    ("af_ZA", "Afrikaans"),
    ("am_ET", "አማርኛ"),
    ("ar_AR", "العربية"),
    ("bg_BG", "Български"),
    ("bn_IN", "বাংলা"),
    ("bs_BA", "Bosanski"),
    ("ca_ES", "Català"),
    ("cs_CZ", "Čeština"),
    ("cy_GB", "Cymraeg"),
    ("da_DK", "Dansk"),
    ("de_DE", "Deutsch"),
    ("el_GR", "Ελληνικά"),
    ("en_GB", "English (UK)"),
    ("en_US", "English (US)"),
    ("es_ES", "Español (España)"),
    ("es_LA", "Español"),
    ("et_EE", "Eesti"),
    ("eu_ES", "Euskara"),
    ("fa_IR", "فارسی"),
    ("fi_FI", "Suomi"),
    ("fr_CA", "Français (Canada)"),
    ("fr_FR", "Français"),
    ("ga_IE", "Gaeilge"),
    ("gl_ES", "Galego"),
    ("he_IL", "עברית"),
    ("hi_IN", "हिन्दी"),
    ("hr_HR", "Hrvatski"),
    ("hu_HU", "Magyar"),
    ("id_ID", "Bahasa Indonesia"),
    ("is_IS", "Íslenska"),
    ("it_IT", "Italiano"),
    ("ja_JP", "日本語"),
    ("ko_KR", "한국어"),
    ("lt_LT", "Lietuvių"),
    ("lv_LV", "Latviešu"),
    ("mk_MK", "Македонски"),
    ("ml_IN", "മലയാളം"),
    ("ms_MY", "Bahasa Melayu"),
    ("nb_NO", "Norsk (bokmål)"),
    ("nl_NL", "Nederlands"),
    ("nn_NO", "Norsk (nynorsk)"),
    ("pa_IN", "ਪੰਜਾਬੀ"),
    ("pl_PL", "Polski"),
    ("pt_BR", "Português (Brasil)"),
    ("pt_PT", "Português (Portugal)"),
    ("ro_RO", "Română"),
    ("ru_RU", "Русский"),
    ("sk_SK", "Slovenčina"),
    ("sl_SI", "Slovenščina"),
    ("sq_AL", "Shqip"),
    ("sr_RS", "Српски"),
    ("sv_SE", "Svenska"),
    ("sw_KE", "Kiswahili"),
    ("ta_IN", "தமிழ்"),
    ("te_IN", "తెలుగు"),
    ("th_TH", "ภาษาไทย"),
    ("tl_PH", "Filipino"),
    ("tr_TR", "Türkçe"),
    ("uk_UA", "Українська"),
    ("vi_VN", "Tiếng Việt"),
    ("zh_CN", "中文(简体)"),
    ("zh_TW", "中文(繁體)"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_of_the_table_is_found() {
        for (code, name) in NAMES {
            assert_eq!(name_of(code), *name);
        }
        assert_eq!(name_of("de"), "Unknown");
    }
}
