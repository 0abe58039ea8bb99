//! Bytes ↔ text: byte order mark, PEP 263 cookie, and what is refused and why.
//!
//! Whatever is decoded can be encoded again byte for byte: an encoding that does not give the same
//! bytes back is refused here, before anything is analyzed.

const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";

/// Why bytes are no text that Python would read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// A NUL byte: not Python.
    #[error("line {line}: a NUL byte at byte {offset}: not a text file")]
    Nul {
        /// From 1.
        line: usize,
        /// From 0, in the file.
        offset: usize,
    },
    /// A UTF-16 byte order mark.
    #[error("encoded in UTF-16, which Python does not read: save it as UTF-8")]
    Utf16,
    /// Neither UTF-8 nor declared to be something else.
    #[error("line {line}: byte {offset} is not UTF-8: declare the encoding or save it as UTF-8")]
    NotUtf8 {
        /// From 1.
        line: usize,
        /// From 0, in the file.
        offset: usize,
    },
    /// A declared encoding we do not know.
    #[error("unknown encoding `{name}`")]
    UnknownEncoding {
        /// As declared.
        name: String,
    },
    /// Bytes that are not in the declared encoding, or would not come back the same.
    #[error("the bytes are not plain `{name}`, as the file declares")]
    Undecodable {
        /// The encoding's name.
        name: String,
    },
    /// A UTF-8 byte order mark and another encoding.
    #[error("begins with a UTF-8 byte order mark but declares `{name}`")]
    ContradictoryBom {
        /// As declared.
        name: String,
    },
}

/// How a `.py` file's text is written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with the byte order mark as part of the text.
    Utf8,
    /// ASCII, by declaration.
    Ascii,
    /// ISO 8859-1: each byte is the character of that number. Not windows-1252.
    Latin1,
    /// Any other that Python and the Encoding Standard share.
    Other(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// Finds the encoding that Python would use.
    fn detect(bytes: &[u8]) -> Result<Self, EncodingError> {
        let declared = cookie(bytes);
        let encoding = declared.map_or(Ok(Self::Utf8), Self::named)?;
        match declared {
            Some(name) if encoding != Self::Utf8 && bytes.starts_with(UTF8_BOM) => {
                Err(EncodingError::ContradictoryBom {
                    name: name.to_owned(),
                })
            }
            _ => Ok(encoding),
        }
    }

    /// Reads a name as Python's `codecs.lookup` does.
    fn named(name: &str) -> Result<Self, EncodingError> {
        let normal = name.to_ascii_lowercase().replace('_', "-");
        match normal.as_str() {
            "utf-8" | "utf8" | "u8" | "utf" | "utf-8-sig" | "cp65001" => Ok(Self::Utf8),
            "ascii" | "us-ascii" | "646" | "ansi-x3.4-1968" => Ok(Self::Ascii),
            "latin-1" | "latin1" | "latin" | "l1" | "iso-8859-1" | "iso8859-1" | "iso8859"
            | "8859" | "cp819" | "iso-latin-1" => Ok(Self::Latin1),
            _ if normal.starts_with("utf-8-") => Ok(Self::Utf8),
            _ => encoding_rs::Encoding::for_label(normal.as_bytes())
                .or_else(|| encoding_rs::Encoding::for_label(name.as_bytes()))
                .filter(|encoding| encoding.is_ascii_compatible())
                .map(Self::Other)
                .ok_or_else(|| EncodingError::UnknownEncoding {
                    name: name.to_owned(),
                }),
        }
    }

    /// Returns the bytes of `text`.
    ///
    /// # Errors
    /// The first character the encoding lacks.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        match self {
            Self::Utf8 => Ok(text.as_bytes().to_vec()),
            Self::Ascii => match text.chars().find(|c| !c.is_ascii()) {
                Some(lacking) => Err(lacking),
                None => Ok(text.as_bytes().to_vec()),
            },
            Self::Latin1 => text
                .chars()
                .map(|c| u8::try_from(c).map_err(|_| c))
                .collect(),
            Self::Other(encoding) => {
                let (bytes, _, is_lossy) = encoding.encode(text);
                if is_lossy {
                    return Err(first_lacking(encoding, text));
                }
                Ok(bytes.into_owned())
            }
        }
    }

    fn decode(self, bytes: Vec<u8>) -> Result<String, EncodingError> {
        let undecodable = |name: &str| EncodingError::Undecodable {
            name: name.to_owned(),
        };
        match self {
            Self::Utf8 => String::from_utf8(bytes).map_err(|error| {
                let offset = error.utf8_error().valid_up_to();
                EncodingError::NotUtf8 {
                    line: line_of(error.as_bytes(), offset),
                    offset,
                }
            }),
            Self::Ascii if bytes.is_ascii() => {
                String::from_utf8(bytes).map_err(|_| undecodable("ascii"))
            }
            Self::Ascii => Err(undecodable("ascii")),
            Self::Latin1 => Ok(bytes.into_iter().map(char::from).collect()),
            Self::Other(encoding) => {
                let text = encoding
                    .decode_without_bom_handling_and_without_replacement(&bytes)
                    .ok_or_else(|| undecodable(encoding.name()))?;
                if self.encode(&text).ok().as_ref() != Some(&bytes) {
                    return Err(undecodable(encoding.name()));
                }
                Ok(text.into_owned())
            }
        }
    }
}

fn first_lacking(encoding: &'static encoding_rs::Encoding, text: &str) -> char {
    let lacks = |c: &char| encoding.encode(c.encode_utf8(&mut [0; 4])).2;
    text.chars()
        .find(lacks)
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// Returns the text of a `.py` file, a byte order mark and all line ends included.
///
/// # Errors
/// Python would not read it either, or the bytes could not be written again as they are.
pub fn decode(bytes: Vec<u8>) -> Result<(String, Encoding), EncodingError> {
    refuse_binary(&bytes)?;
    let encoding = Encoding::detect(&bytes)?;
    Ok((encoding.decode(bytes)?, encoding))
}

/// Returns the text of a notebook's JSON, a byte order mark included.
///
/// # Errors
/// It is not UTF-8.
pub fn decode_json(bytes: Vec<u8>) -> Result<String, EncodingError> {
    refuse_binary(&bytes)?;
    Encoding::Utf8.decode(bytes)
}

fn refuse_binary(bytes: &[u8]) -> Result<(), EncodingError> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(EncodingError::Utf16);
    }
    match memchr::memchr(0, bytes) {
        Some(offset) => Err(EncodingError::Nul {
            line: line_of(bytes, offset),
            offset,
        }),
        None => Ok(()),
    }
}

fn line_of(bytes: &[u8], offset: usize) -> usize {
    let before = &bytes[..offset];
    let returns = before.iter().filter(|&&byte| byte == b'\r').count();
    let newlines = before.iter().filter(|&&byte| byte == b'\n').count();
    let pairs = before.windows(2).filter(|pair| pair == b"\r\n").count();
    1 + returns + newlines - pairs
}

/// Returns the encoding declared in the first two lines, as PEP 263 has it:
/// `^[ \t\f]*#.*?coding[:=][ \t]*([-_.a-zA-Z0-9]+)`, in the second line only under a comment or an
/// empty line.
fn cookie(bytes: &[u8]) -> Option<&str> {
    let mut lines = bytes
        .strip_prefix(UTF8_BOM)
        .unwrap_or(bytes)
        .split(|byte| matches!(byte, b'\n' | b'\r'));
    let first = lines.next()?;
    let declared = declaration(first);
    if declared.is_some() {
        return declared;
    }
    let is_crlf = bytes.get(first.len()..)?.starts_with(b"\r\n");
    let second = lines.nth(usize::from(is_crlf))?;
    let blank = first.trim_ascii_start();
    if blank.is_empty() || blank.starts_with(b"#") {
        declaration(second)
    } else {
        None
    }
}

fn declaration(line: &[u8]) -> Option<&str> {
    const WORD: &[u8] = b"coding";
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let comment = line.trim_ascii_start().strip_prefix(b"#")?;
    let mut rest = comment;
    loop {
        let at = rest.windows(WORD.len()).position(|word| word == WORD)?;
        rest = &rest[at + WORD.len()..];
        let Some(value) = rest.strip_prefix(b":").or(rest.strip_prefix(b"=")) else {
            continue;
        };
        let start = value.iter().position(|byte| !is_blank(byte))?;
        let value = &value[start..];
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
        let end = value
            .iter()
            .position(|byte| !is_name(byte))
            .unwrap_or(value.len());
        if end > 0 {
            return std::str::from_utf8(&value[..end]).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], text: &str, encoding: Encoding) {
        let decoded = decode(bytes.to_vec());
        assert_eq!(decoded, Ok((text.to_owned(), encoding)));
        assert_eq!(encoding.encode(text), Ok(bytes.to_vec()));
    }

    #[track_caller]
    fn check_error(bytes: &[u8], message: &str) {
        let error = decode(bytes.to_vec()).expect_err("it is refused");
        assert!(error.to_string().contains(message), "{error}");
    }

    #[test]
    fn utf8_is_the_default_and_keeps_its_mark() {
        check("é\r\n".as_bytes(), "é\r\n", Encoding::Utf8);
        check("\u{feff}x".as_bytes(), "\u{feff}x", Encoding::Utf8);
    }

    #[test]
    fn a_cookie_names_the_encoding() {
        check(
            b"# coding: latin-1\n\xe9\x80",
            "# coding: latin-1\né\u{80}",
            Encoding::Latin1,
        );
        check(
            b"#\r\n#vim: fileencoding=ISO_8859_1\r\n\xe9",
            "#\r\n#vim: fileencoding=ISO_8859_1\r\né",
            Encoding::Latin1,
        );
        check(
            b"# coding=cp1252\n\x80",
            "# coding=cp1252\n€",
            Encoding::Other(encoding_rs::WINDOWS_1252),
        );
        check(
            b"# -*- coding: euc_jp -*-\n\xa4\xa2",
            "# -*- coding: euc_jp -*-\nあ",
            Encoding::Other(encoding_rs::EUC_JP),
        );
    }

    #[test]
    fn only_a_comment_in_the_first_two_lines_is_a_cookie() {
        check(
            b"\n\n# coding: nonsense",
            "\n\n# coding: nonsense",
            Encoding::Utf8,
        );
        check(
            b"x\n# coding: nonsense",
            "x\n# coding: nonsense",
            Encoding::Utf8,
        );
        check(
            b"coding = 'nonsense'",
            "coding = 'nonsense'",
            Encoding::Utf8,
        );
        check(
            b"# coding utf, encoding: utf8",
            "# coding utf, encoding: utf8",
            Encoding::Utf8,
        );
    }

    #[test]
    fn what_python_would_not_read_is_refused() {
        check_error(b"a\r\nb\xe9", "line 2: byte 4 is not UTF-8");
        check_error(b"a\n\0", "line 2: a NUL byte at byte 2");
        check_error(b"\xff\xfea\0", "UTF-16");
        check_error(b"# coding: klingon\n", "unknown encoding `klingon`");
        check_error(b"# coding: utf-16\n", "unknown encoding `utf-16`");
        check_error(b"# coding: ascii\n\xe9", "`ascii`");
        check_error(
            b"\xef\xbb\xbf# coding: latin-1\n",
            "byte order mark but declares `latin-1`",
        );
    }

    #[test]
    fn a_character_the_encoding_lacks_is_named() {
        assert_eq!(Encoding::Latin1.encode("aé€"), Err('€'));
        assert_eq!(Encoding::Ascii.encode("é"), Err('é'));
        assert_eq!(Encoding::Other(encoding_rs::KOI8_R).encode("жœ"), Err('œ'));
    }
}
