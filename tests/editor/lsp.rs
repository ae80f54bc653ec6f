//! A client of rust-analyzer: JSON-RPC messages over standard input and output.
//!
//! rust-analyzer ends with the test, when its input is closed.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Loading the package includes a build of the macros.
const LOADING: Duration = Duration::from_secs(600);
const ANSWER: Duration = Duration::from_secs(120);

pub(crate) struct Analyzer {
    input: ChildStdin,
    messages: Receiver<Value>,
    requests: u64,
    uri: String,
    text: String,
    version: u64,
}

impl Analyzer {
    /// Starts rust-analyzer in the package, opens the file, and waits until the package is loaded.
    pub(crate) fn open(package: &Path, target: &Path, file: &str) -> Self {
        let text = fs::read_to_string(package.join(file)).unwrap();
        let mut process = Command::new("rust-analyzer")
            .current_dir(package)
            .env("CARGO_TARGET_DIR", target)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(package.join("rust-analyzer.log")).unwrap())
            .spawn()
            .expect("requires rust-analyzer, which .ci/editor installs");
        let (input, output) = (process.stdin.take().unwrap(), process.stdout.take().unwrap());
        let (sender, messages) = channel();
        thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = read(&mut output) {
                if sender.send(message).is_err() {
                    break;
                }
            }
            drop(process.wait());
        });
        let uri = |path: &Path| format!("file://{}", path.display());
        let (root, uri) = (uri(package), uri(&package.join(file)));
        let mut analyzer = Self { input, messages, requests: 0, uri, text, version: 0 };
        analyzer.request(
            "initialize",
            &json!({
                "processId": std::process::id(),
                "workspaceFolders": [{ "uri": root, "name": "package" }],
                "capabilities": { "experimental": { "serverStatusNotification": true } },
                "initializationOptions": { "checkOnSave": false, "cachePriming": { "enable": false } },
            }),
        );
        analyzer.notify("initialized", &json!({}));
        let document =
            json!({ "uri": analyzer.uri, "languageId": "rust", "version": 0, "text": analyzer.text });
        analyzer.notify("textDocument/didOpen", &json!({ "textDocument": document }));
        analyzer.wait_until_loaded();
        analyzer
    }

    fn wait_until_loaded(&mut self) {
        let end = Instant::now() + LOADING;
        loop {
            let message = self.receive(end, "when the package is loaded");
            if message["method"] == "experimental/serverStatus" {
                let status = &message["params"];
                assert_eq!(status["health"], "ok", "the package cannot be loaded: {status}");
                if status["quiescent"] == true {
                    return;
                }
            }
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Replaces the text of the file, as the user's typing does.
    pub(crate) fn change(&mut self, text: String) {
        self.version += 1;
        let document = json!({ "uri": self.uri, "version": self.version });
        self.notify(
            "textDocument/didChange",
            &json!({ "textDocument": document, "contentChanges": [{ "text": text }] }),
        );
        self.text = text;
    }

    /// Asks about a place in the file, which is ASCII, with other parameters besides.
    pub(crate) fn ask(&mut self, method: &str, offset: usize, mut parameters: Value) -> Value {
        parameters["textDocument"] = json!({ "uri": self.uri });
        let before = self.text.get(..offset).unwrap();
        let line = before.rfind('\n').map_or(0, |end| end + 1);
        parameters["position"] = json!({ "line": before.matches('\n').count(), "character": offset - line });
        self.request(method, &parameters)
    }

    fn request(&mut self, method: &str, parameters: &Value) -> Value {
        self.requests += 1;
        let id = self.requests;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }));
        let end = Instant::now() + ANSWER;
        loop {
            let mut message = self.receive(end, method);
            if message["id"] == id && message.get("method").is_none() {
                assert!(message.get("error").is_none(), "{method} {parameters}: {}", message["error"]);
                return message["result"].take();
            }
        }
    }

    fn receive(&mut self, end: Instant, waits_for: &str) -> Value {
        let left = end.saturating_duration_since(Instant::now());
        let message = self.messages.recv_timeout(left);
        let message = message.unwrap_or_else(|error| {
            panic!("rust-analyzer, which .ci/editor installs, does not answer {waits_for}: {error}")
        });
        // A request of the server, such as one to show progress.
        if message.get("method").is_some()
            && let Some(id) = message.get("id")
        {
            self.send(&json!({ "jsonrpc": "2.0", "id": id, "result": null }));
        }
        message
    }

    fn notify(&mut self, method: &str, parameters: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len()).unwrap();
        self.input.flush().unwrap();
    }
}

/// Reads a message. Returns `None` at the end of the output.
fn read(output: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut header = String::new();
        if output.read_line(&mut header).ok()? == 0 {
            return None;
        }
        let header = header.trim_end();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("Content-Length: ") {
            length = value.parse().ok()?;
        }
    }
    let mut text = Vec::new();
    output.take(length).read_to_end(&mut text).ok()?;
    serde_json::from_slice(&text).ok()
}
