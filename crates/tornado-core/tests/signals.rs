//! The first signal asks a server to finish what is in flight, the second ends
//! it. Each needs a separate process: this program, started again.

#[cfg(unix)]
fn main() {
    unix::main();
}

#[cfg(not(unix))]
fn main() {}

#[cfg(unix)]
mod unix {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpStream;
    use std::path::Path;
    use std::process::{Child, ChildStderr, Command, Stdio};
    use std::time::{Duration, Instant};

    use tornado_core::{
        Application, Context as _, Exchange, FileContent, Handler, Output as _, RequestHandler,
        Result, Settings, StaticFileHandler, StaticFiles, url,
    };

    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Slow(Exchange);

    impl RequestHandler for Slow {
        async fn get(&mut self) -> Result {
            let path = self.request().path().to_owned();
            eprintln!("asked for {path}");
            match &*path {
                // The only thread hangs, and nothing else runs.
                "/hangs" => std::thread::sleep(Duration::from_secs(60)),
                "/long" => tokio::time::sleep(Duration::from_secs(60)).await,
                _ => tokio::time::sleep(Duration::from_millis(300)).await,
            }
            self.write("done");
            Ok(())
        }
    }

    /// Static files whose versions take minutes.
    #[derive(Handler)]
    #[handler(crate = tornado_core, static_files)]
    struct Hashed(StaticFileHandler);

    impl RequestHandler for Hashed {}

    impl StaticFiles for Hashed {
        const MAX_VERSION_CONTENT_SIZE: u64 = u64::MAX;

        fn get_content(path: &Path, start: Option<u64>, end: Option<u64>) -> Result<FileContent> {
            eprintln!("asked for {}", path.display());
            <StaticFileHandler>::get_content(path, start, end)
        }
    }

    /// A page that names one of them.
    #[derive(Handler)]
    #[handler(crate = tornado_core)]
    struct Version(Exchange);

    impl RequestHandler for Version {
        async fn get(&mut self) -> Result {
            let url = self.static_url("large.bin")?;
            self.write(url);
            Ok(())
        }
    }

    const DEBUG: &str = "TORNADO_CORE_SIGNALS_DEBUG";
    const FILES: &str = "TORNADO_CORE_SIGNALS_FILES";

    pub(super) fn main() {
        if let Ok(debug) = std::env::var(DEBUG) {
            let settings = Settings::new().debug(debug == "true");
            let settings = match std::env::var(FILES) {
                Ok(files) => settings
                    .static_path(files)
                    .static_handler_class(Hashed)
                    .static_hash_cache(true),
                Err(_) => settings,
            };
            let rules = [url("/version", Version), url("/[a-z]*", Slow)];
            let app = Application::new(rules, settings).expect("it is good");
            // While a handler hashes, there must be another thread for the timer.
            let mut runtime = match std::env::var(FILES) {
                Ok(_) => tokio::runtime::Builder::new_multi_thread(),
                Err(_) => tokio::runtime::Builder::new_current_thread(),
            };
            let runtime = runtime.enable_all().build().expect("a runtime can be made");
            runtime
                .block_on(app.listen("127.0.0.1:0"))
                .expect("it listens");
            eprintln!("the rest of main");
            return;
        }
        the_first_signal_lets_a_request_finish();
        the_second_ends_it(&["INT", "INT"], "/long", 130);
        the_second_ends_it(&["TERM", "TERM"], "/long", 143);
        the_second_ends_it(&["TERM", "INT"], "/long", 130);
        the_second_ends_it(&["INT", "INT"], "/hangs", 130);
        a_developer_does_not_wait();
        a_large_file_is_not_hashed_to_its_end("/static/large.bin");
        a_large_file_is_not_hashed_to_its_end("/version");
    }

    /// A server process that has received a request.
    struct Server {
        child: Child,
        log: BufReader<ChildStderr>,
        client: TcpStream,
    }

    impl Server {
        fn start(debug: bool, path: &str) -> Server {
            Server::start_with(debug, path, None)
        }

        fn start_with(debug: bool, path: &str, files: Option<&Path>) -> Server {
            let this = std::env::current_exe().expect("it runs");
            let mut child = Command::new(this)
                .env(DEBUG, debug.to_string())
                .envs(files.map(|files| (FILES, files)))
                .stderr(Stdio::piped())
                .spawn()
                .expect("it runs again");
            let mut log = BufReader::new(child.stderr.take().expect("it was piped"));
            let line = line_with(&mut log, "listening on http://");
            let (_, address) = line.rsplit_once("//").expect("it is in there");
            let mut client = TcpStream::connect(address.trim()).expect("it listens");
            write!(
                client,
                "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
            )
            .expect("it reads");
            line_with(&mut log, "asked for");
            Server { child, log, client }
        }

        fn signal(&self, name: &str) {
            let pid = self.child.id().to_string();
            let kill = Command::new("kill")
                .args([&format!("-{name}"), &pid])
                .status();
            assert!(
                kill.expect("`kill` is there").success(),
                "it has ended before"
            );
        }

        /// The status with which it ends, and how long that takes.
        fn end(&mut self) -> (Option<i32>, Duration) {
            let start = Instant::now();
            let status = self.child.wait().expect("a child can be waited for");
            (status.code(), start.elapsed())
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.child.kill().ok();
            self.child.wait().ok();
        }
    }

    fn line_with(log: &mut BufReader<ChildStderr>, text: &str) -> String {
        let mut lines = String::new();
        loop {
            let start = lines.len();
            let read = log.read_line(&mut lines).expect("UTF-8");
            assert_ne!(read, 0, "it did not say {text:?}, but {lines:?}");
            if lines[start..].contains(text) {
                return lines[start..].to_owned();
            }
        }
    }

    fn the_first_signal_lets_a_request_finish() {
        let mut server = Server::start(false, "/");
        server.signal("INT");
        line_with(
            &mut server.log,
            "SIGINT: finishing what is in flight; press Ctrl-C again",
        );
        let mut answer = String::new();
        server
            .client
            .read_to_string(&mut answer)
            .expect("it answers");
        assert!(answer.ends_with("done"), "{answer}");
        line_with(&mut server.log, "the rest of main");
        assert_eq!(server.end().0, Some(0));
    }

    fn the_second_ends_it(signals: &[&str], path: &str, status: i32) {
        let mut server = Server::start(false, path);
        for (number, signal) in signals.iter().enumerate() {
            server.signal(signal);
            if number == 0 && path != "/hangs" {
                line_with(&mut server.log, "finishing what is in flight");
            }
            // The system may merge two signals that arrive together.
            std::thread::sleep(Duration::from_millis(100));
        }
        let (code, took) = server.end();
        assert_eq!(code, Some(status), "{signals:?} {path}");
        assert!(took < Duration::from_secs(10), "{took:?}");
    }

    /// A folder with a sparse file that takes minutes to hash.
    fn large_file() -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("there is a place for it");
        let file = std::fs::File::create(folder.path().join("large.bin"));
        let file = file.expect("it can be written");
        file.set_len(1 << 40).expect("it has holes");
        folder
    }

    fn a_large_file_is_not_hashed_to_its_end(path: &str) {
        let folder = large_file();
        let mut server = Server::start_with(true, path, Some(folder.path()));
        server.signal("TERM");
        let (code, took) = server.end();
        assert_eq!(code, Some(0));
        assert!(took < Duration::from_secs(20), "{took:?}");
        line_with(&mut server.log, "the rest of main");
    }

    fn a_developer_does_not_wait() {
        let mut server = Server::start(true, "/long");
        server.signal("INT");
        let (code, took) = server.end();
        assert_eq!(code, Some(0));
        assert!(
            took > Duration::from_millis(500) && took < Duration::from_secs(20),
            "{took:?}"
        );
        line_with(
            &mut server.log,
            "requests still running after 1s are cut off",
        );
    }
}
