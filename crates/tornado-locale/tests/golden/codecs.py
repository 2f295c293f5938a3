"""Asks Python for its encodings: writes codecs.json beside this file, and tables.rs in src/codecs.

    python crates/tornado-locale/tests/golden/codecs.py

`tables.rs` has the names and the encodings of one byte for each character; codecs.json
has what Python makes of bytes in all of them, in hexadecimal, with what can't be
decoded replaced.
"""

import codecs
import encodings
import encodings.aliases
import json
import pathlib
import pkgutil
import random

HERE = pathlib.Path(__file__).parent
RANDOM = random.Random(7)

# What is no encoding of text, or of this machine alone, or can't be replaced in.
LEFT_OUT = {"charmap", "idna", "mbcs", "oem", "punycode", "raw_unicode_escape", "undefined", "unicode_escape"}

TEXTS = {
    "ja": "日本語のファイル名.txt、カタカナ（表）",
    "zh": "简体中文文件名.txt，测试",
    "tw": "繁體中文檔名.txt，測試",
    "ko": "한국어 파일 이름.txt, 시험",
    "any": "Straße–€ é \u0160 \U0001f600 +a-b+",
}
OF = {
    "big5": "tw", "big5hkscs": "tw", "cp950": "tw",
    "cp932": "ja", "euc_jis_2004": "ja", "euc_jisx0213": "ja", "euc_jp": "ja",
    "iso2022_jp": "ja", "iso2022_jp_1": "ja", "iso2022_jp_2": "ja", "iso2022_jp_2004": "ja",
    "iso2022_jp_3": "ja", "iso2022_jp_ext": "ja",
    "shift_jis": "ja", "shift_jis_2004": "ja", "shift_jisx0213": "ja",
    "cp949": "ko", "euc_kr": "ko", "iso2022_kr": "ko", "johab": "ko",
    "gb18030": "zh", "gb2312": "zh", "gbk": "zh", "hz": "zh",
}  # fmt: skip


def text_encodings():
    for module in pkgutil.iter_modules(encodings.__path__):
        try:
            info = codecs.lookup(module.name)
        except LookupError:
            continue
        if info._is_text_encoding and module.name not in LEFT_OUT:
            yield module.name


def one_byte_each(name):
    module = __import__(f"encodings.{name}", fromlist=["decoding_table"])
    if not hasattr(module, "decoding_table"):
        return None
    return "".join(bytes([byte]).decode(name, "replace") for byte in range(256))


def escape(text):
    return "".join(c if c.isprintable() and c not in '"\\' else f"\\u{{{ord(c):x}}}" for c in text)


def tables(names):
    aliases = {name: name for name in names} | encodings.aliases.aliases
    aliases = {alias: name for alias, name in aliases.items() if name in names}
    lines = [
        "//! Python's text encodings: their names, and the single-byte ones.",
        "//!",
        "//! Written by `tests/golden/codecs.py`.",
        "",
        "/// Each normalized name, with the encoding that it stands for; sorted.",
        f"pub(super) const NAMES: [(&str, &str); {len(aliases)}] = [",
    ]
    lines += [f'    ("{alias}", "{name}"),' for alias, name in sorted(aliases.items())]
    found = {name: table for name in names if (table := one_byte_each(name)) and name != "iso8859_1"}
    lines += [
        "];",
        "",
        "/// Each single-byte encoding, with the characters for its bytes, from 0x80 on",
        "/// if those below are ASCII. U+FFFD means that there is none.",
        f"pub(super) const SINGLE: [(&str, &str); {len(found)}] = [",
    ]
    for name, table in sorted(found.items()):
        if table[:128] == "".join(map(chr, range(128))):
            table = table[128:]
        lines += ["    (", f'        "{name}",', f'        "{escape(table)}",', "    ),"]
    return "\n".join([*lines, "];", ""])


def sample(name):
    if name in OF:
        text = TEXTS[OF[name]]
        return "".join(c for c in text if c.encode(name, "ignore")).encode(name)
    if one_byte_each(name):
        return bytes(range(256))
    return TEXTS["any"].encode(name, "ignore")


def main():
    names = sorted(text_encodings())
    (HERE / "../../src/codecs/tables.rs").write_text(tables(set(names)), encoding="utf-8")
    decoded = []
    for name in names:
        raw = sample(name)
        decoded.append([name, raw.hex(), raw.decode(name, "replace")])
    spelled = ["UTF-8", "utf8", "U8", "windows-1252", "Windows 1252", " cp-932 ", "MS932", "ISO_8859-1:1987", "latin 1",
               "csISOLatin1", "ISO-IR-100", "koi8.r", "850", "x-unknown", "", "hex", "rot13", "idna", "KOI8--R", "cp-1252"]  # fmt: skip
    known = []
    for name in spelled:
        try:
            known.append([name, str(b"a\x80", name, "replace")])
        except (LookupError, ValueError, UnicodeError):
            known.append([name, None])
    golden = {"decoded": decoded, "spelled": known}
    text = json.dumps(golden, ensure_ascii=False, indent=1)
    (HERE / "codecs.json").write_text(text + "\n", encoding="utf-8")


main()
