//! Requests of a browser on this machine → what they want, once they have shown that they may ask.
//!
//! Whoever else reaches the port is refused: another program or person has no token, another site's page has
//! another origin, and a name that another site points here is no host of ours.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use sha2::{Digest, Sha256};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

/// Bytes that a request may have: decisions of some 50,000 changes.
const MOST: usize = 4 << 20;

/// In which a request's head has come.
const HEAD: Duration = Duration::from_secs(5);

/// In which its body has come.
const BODY: Duration = Duration::from_secs(10);

/// In which all is said on a connection.
const WHOLE: Duration = Duration::from_secs(60);

/// Connections at a time; more wait until a silent one is closed.
const CONNECTIONS: usize = 256;

/// What a page is served with besides its own policy.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CACHE_CONTROL, "no-store"),
    (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'none'"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
];

/// What a browser wants.
#[derive(Debug)]
pub(super) enum Wanted {
    /// The page.
    Page,
    /// That something is decided, in JSON.
    Decisions(Bytes),
}

/// What it is told.
#[derive(Debug)]
pub(super) enum Reply {
    /// The page.
    Page(String),
    /// What is decided now, in JSON.
    Decided(String),
    /// The same, but it is not in the file.
    Unstored(String),
    /// The request says nothing.
    Malformed(String),
}

/// A request that may be asked, until it is answered.
#[derive(Debug)]
pub(super) struct Caller {
    wanted: Wanted,
    answer: oneshot::Sender<Reply>,
}

impl Caller {
    /// Returns what is wanted.
    pub(super) fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Answers; a browser that is gone is not missed.
    pub(super) fn reply(self, reply: Reply) {
        let _ = self.answer.send(reply);
    }
}

/// A server on a free port of this machine.
#[derive(Debug)]
pub(super) struct Server {
    port: u16,
    token: String,
    requests: Receiver<Caller>,
    /// Dropped: the server ends.
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Begins to listen.
    ///
    /// # Errors
    /// There is no free port, no thread or no random number.
    pub(super) fn start() -> io::Result<Self> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let token = format!("{:032x}", u128::from_be_bytes(random));
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        let (sender, requests) = channel();
        let (stop, stopped) = oneshot::channel();
        let door = Arc::new(Door {
            port,
            token: token.clone(),
            requests: sender,
        });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let thread = thread::Builder::new().spawn(move || {
            runtime.block_on(async {
                tokio::spawn(listen(listener, door));
                // When the review ends, what is open is closed.
                let _ = stopped.await;
            });
        })?;
        Ok(Self {
            port,
            token,
            requests,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Returns what a browser is given.
    pub(super) fn address(&self) -> String {
        format!("http://127.0.0.1:{}/{}/", self.port, self.token)
    }

    /// Returns the requests that may be asked; none any more: the server has ended.
    pub(super) fn requests(&self) -> &Receiver<Caller> {
        &self.requests
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It has printed why, if it panicked.
            let _ = thread.join();
        }
    }
}

/// What a request must show to come in.
#[derive(Debug)]
struct Door {
    port: u16,
    token: String,
    requests: Sender<Caller>,
}

/// A status, a kind of text, and the text.
type Said = (StatusCode, &'static str, String);

const TEXT: &str = "text/plain; charset=utf-8";

const HTML: &str = "text/html; charset=utf-8";

const JSON: &str = "application/json";

/// Takes connections, each beside the others.
async fn listen(listener: std::net::TcpListener, door: Arc<Door>) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(place) = Arc::clone(&room).acquire_owned().await else {
            return Ok(());
        };
        // A connection that is gone before it is taken is no end.
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(Duration::from_millis(50)).await;
            continue;
        };
        let door = Arc::clone(&door);
        tokio::spawn(async move {
            // Who says nothing is not waited for.
            let _ = timeout(WHOLE, serve(stream, &door)).await;
            drop(place);
        });
    }
}

/// Answers the requests of a connection.
async fn serve(stream: TcpStream, door: &Door) -> hyper::Result<()> {
    let answer = async |request: Request<Incoming>| {
        let refused = door.refused(&request);
        let (status, kind, text) = match refused {
            Some((status, why)) => (status, TEXT, format!("{why}\n")),
            None => door.answer(request).await,
        };
        Ok::<_, Infallible>(response(status, kind, text))
    };
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service_fn(answer))
        .await
}

fn response(status: StatusCode, kind: &'static str, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        headers.insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    }
    response
}

impl Door {
    /// Returns why a request may not be asked.
    fn refused(&self, request: &Request<Incoming>) -> Option<(StatusCode, &'static str)> {
        let headers = request.headers();
        let own = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)).to_string();
        let named = request.uri().authority();
        if only(headers, &header::HOST) != Some(own.as_str())
            || named.is_some_and(|named| named.as_str() != own)
        {
            return Some((StatusCode::FORBIDDEN, "This host is not served here."));
        }
        let path = request.uri().path().strip_prefix('/').unwrap_or_default();
        let (token, rest) = path.split_once('/').unwrap_or((path, "none"));
        // How long it takes to compare hashes says nothing about the token.
        if Sha256::digest(token) != Sha256::digest(&self.token) {
            let why = "The address lacks its token: use the one that awaitify printed.";
            return Some((StatusCode::FORBIDDEN, why));
        }
        let method = match rest {
            "" => Method::GET,
            "decide" => Method::POST,
            _ => return Some((StatusCode::NOT_FOUND, "There is no such page.")),
        };
        if *request.method() != method {
            let why = "The page is read by GET, and decides by POST.";
            return Some((StatusCode::METHOD_NOT_ALLOWED, why));
        }
        let origin = format!("http://{own}");
        if method == Method::POST && only(headers, &header::ORIGIN) != Some(origin.as_str()) {
            let why = "Only the page itself decides, not one of another origin.";
            return Some((StatusCode::FORBIDDEN, why));
        }
        if method == Method::POST && only(headers, &header::CONTENT_TYPE) != Some(JSON) {
            let why = "A decision is sent as application/json.";
            return Some((StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
        }
        None
    }

    async fn answer(&self, request: Request<Incoming>) -> Said {
        let wanted = match *request.method() {
            Method::POST => match body(request.into_body()).await {
                Ok(bytes) => Wanted::Decisions(bytes),
                Err((status, why)) => return (status, TEXT, format!("{why}\n")),
            },
            _ => Wanted::Page,
        };
        let (answer, answered) = oneshot::channel();
        let asked = self.requests.send(Caller { wanted, answer });
        match (asked, answered.await) {
            (Ok(()), Ok(Reply::Page(page))) => (StatusCode::OK, HTML, page),
            (Ok(()), Ok(Reply::Decided(json))) => (StatusCode::OK, JSON, json),
            (Ok(()), Ok(Reply::Unstored(json))) => (StatusCode::INTERNAL_SERVER_ERROR, JSON, json),
            (Ok(()), Ok(Reply::Malformed(why))) => {
                (StatusCode::BAD_REQUEST, TEXT, format!("{why}\n"))
            }
            _ => {
                let why = "The review has ended.\n".to_owned();
                (StatusCode::SERVICE_UNAVAILABLE, TEXT, why)
            }
        }
    }
}

/// Reads a body.
async fn body(body: Incoming) -> Result<Bytes, (StatusCode, &'static str)> {
    let large = (StatusCode::PAYLOAD_TOO_LARGE, "The request is too large.");
    // What is said to come is not waited for.
    if body.size_hint().lower() > MOST as u64 {
        return Err(large);
    }
    let whole = timeout(BODY, Limited::new(body, MOST).collect()).await;
    match whole {
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(large),
        Ok(Err(_)) => Err((StatusCode::BAD_REQUEST, "The request is cut off.")),
        Err(_) => Err((StatusCode::REQUEST_TIMEOUT, "The request does not end.")),
    }
}

/// Returns a header that is there once.
fn only<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut each = headers.get_all(name).iter();
    let first = each.next()?.to_str().ok();
    first.filter(|_| each.next().is_none())
}
