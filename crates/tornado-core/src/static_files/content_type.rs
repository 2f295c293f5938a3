//! The media type of a file, according to its name.

use std::path::Path;

/// The types for which Python's `mimetypes` differs from the table of
/// `mime_guess`, which has many more.
const PYTHON: &[(&str, &str)] = &[
    ("3g2", "audio/3gpp2"),
    ("3gp", "audio/3gpp"),
    ("3gpp", "audio/3gpp"),
    ("3gpp2", "audio/3gpp2"),
    ("a", OCTETS),
    ("aif", "audio/x-aiff"),
    ("aifc", "audio/x-aiff"),
    ("aiff", "audio/x-aiff"),
    ("ass", "audio/aac"),
    ("bat", "text/plain"),
    ("cdf", "application/x-netcdf"),
    ("dll", OCTETS),
    ("h5", "application/x-hdf5"),
    ("ico", "image/vnd.microsoft.icon"),
    ("ksh", "text/plain"),
    ("loas", "audio/aac"),
    ("m3u", "application/vnd.apple.mpegurl"),
    ("m3u8", "application/vnd.apple.mpegurl"),
    ("mif", "application/x-mif"),
    ("mjs", "text/javascript"),
    ("o", OCTETS),
    ("obj", OCTETS),
    ("opus", "audio/opus"),
    ("pl", "text/plain"),
    ("py", "text/x-python"),
    ("pyc", "application/x-python-code"),
    ("pyo", "application/x-python-code"),
    ("ram", "application/x-pn-realaudio"),
    ("rdf", "application/xml"),
    ("rst", "text/x-rst"),
    ("rtf", "text/rtf"),
    ("sgm", "text/x-sgml"),
    ("sgml", "text/x-sgml"),
    ("srt", "text/plain"),
    ("wav", "audio/x-wav"),
    ("wsdl", "application/xml"),
    ("xlb", "application/vnd.ms-excel"),
    ("xpdl", "application/xml"),
    ("xsl", "application/xml"),
];
const OCTETS: &str = "application/octet-stream";

/// The type of a file, as in Tornado's `get_content_type`: a compressed file is
/// `application/gzip`, or of no known type.
pub(super) fn guess(path: &Path) -> &'static str {
    let Some(extension) = path.extension().and_then(|e| e.to_str()) else {
        return OCTETS;
    };
    match extension {
        "gz" => return "application/gzip",
        "Z" | "bz2" | "xz" | "br" => return OCTETS,
        _ => {}
    }
    let extension = extension.to_ascii_lowercase();
    match &*extension {
        "svgz" | "tgz" | "taz" | "tz" => return "application/gzip",
        "tbz2" | "txz" => return OCTETS,
        _ => {}
    }
    match PYTHON.binary_search_by_key(&&*extension, |(known, _)| known) {
        Ok(found) => PYTHON[found].1,
        Err(_) => mime_guess::from_ext(&extension)
            .first_raw()
            .unwrap_or(OCTETS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_python_come_first() {
        assert!(PYTHON.is_sorted_by_key(|(extension, _)| extension));
        for (name, expected) in [
            ("robots.txt", "text/plain"),
            ("index.HTML", "text/html"),
            ("a.css", "text/css"),
            ("a.js", "text/javascript"),
            ("a.mjs", "text/javascript"),
            ("a.json", "application/json"),
            ("a.svg", "image/svg+xml"),
            ("a.xml", "text/xml"),
            ("a.xml.gz", "application/gzip"),
            ("a.tgz", "application/gzip"),
            ("a.svgz", "application/gzip"),
            ("a.xml.bz2", OCTETS),
            ("a.GZ", "application/gzip"),
            ("favicon.ico", "image/vnd.microsoft.icon"),
            ("a.webp", "image/webp"),
            ("a.woff2", "font/woff2"),
            ("noext", OCTETS),
            (".hidden", OCTETS),
            ("a.", OCTETS),
            ("a.nothing-that-exists", OCTETS),
        ] {
            assert_eq!(guess(Path::new(name)), expected, "{name}");
        }
    }
}
