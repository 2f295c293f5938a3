//! The directories in which Python looks for the files of a language.

/// The directories for a language, the best match first: for `de_AT`, `de_AT`
/// and `de`. Python treats a language without a country as that of its main
/// country, so for `pt` it looks into `pt_PT` first.
pub(super) fn directories(language: &str) -> Vec<String> {
    let (rest, modifier) = split(language, '@');
    let (rest, codeset) = split(rest, '.');
    let (language, territory) = split(rest, '_');
    let territory = match territory {
        "" => main_territory(language),
        territory => territory,
    };
    let mut directories = Vec::new();
    for modifier in [modifier, ""] {
        for territory in [territory, ""] {
            for codeset in [codeset, ""] {
                let directory = format!("{language}{territory}{codeset}{modifier}");
                if !directories.contains(&directory) {
                    directories.push(directory);
                }
            }
        }
    }
    directories
}

/// The text before a character, and the rest including it.
fn split(text: &str, at: char) -> (&str, &str) {
    text.split_at(text.find(at).unwrap_or(text.len()))
}

/// `_PT` for `pt`; nothing for a language that Python does not know.
fn main_territory(language: &str) -> &'static str {
    let mut locales = MAIN_LOCALES.split(' ');
    let found = locales.find_map(|locale| {
        let territory = locale.strip_prefix(language)?;
        territory.starts_with('_').then_some(territory)
    });
    found.unwrap_or("")
}

/// The locales that Python's `locale.normalize` makes of a language without a
/// country.
const MAIN_LOCALES: &str = "\
     af_ZA am_ET ar_AA as_IN az_AZ be_BY bg_BG br_FR bs_BA ca_ES cs_CZ cy_GB da_DK de_DE \
     ee_EE el_GR en_US eo_XX es_ES et_EE eu_ES fa_IR fi_FI fo_FO fr_FR ga_IE gd_GB gl_ES \
     gv_GB he_IL hi_IN hne_IN hr_HR hu_HU id_ID is_IS it_IT iu_CA ja_JP ka_GE kl_GL kn_IN \
     ko_KR ks_IN kw_GB ky_KG lo_LA lt_LT lv_LV mai_IN mi_NZ mk_MK ml_IN mr_IN ms_MY mt_MT \
     nb_NO nl_NL nn_NO no_NO nr_ZA nso_ZA ny_NO oc_FR or_IN pa_IN pd_US ph_PH pl_PL pp_AN \
     pt_PT ro_RO ru_RU rw_RW sd_IN si_LK sk_SK sl_SI sq_AL sr_RS ss_ZA st_ZA sv_SE ta_IN \
     te_IN tg_TJ th_TH tl_PH tn_ZA tr_TR ts_ZA tt_RU uk_UA ur_PK uz_UZ ve_ZA vi_VN wa_BE \
     xh_ZA yi_US zh_CN zu_ZA ";
