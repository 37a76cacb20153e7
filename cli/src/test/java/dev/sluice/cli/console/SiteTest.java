package dev.sluice.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.sluice.cli.Sluice;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The real server: whom it answers, what it sends along, and that it tells what changes. */
@Timeout(30)
class SiteTest {
  private static final int PATIENCE = 10_000;

  private final PlayedScene scene = new PlayedScene();
  private final List<String> troubles = new ArrayList<>();
  private final Lookout lookout = new Lookout(scene, InstantSource.system(), troubles::add);
  private final HttpClient client = HttpClient.newHttpClient();
  private Site site;
  private Thread looks;

  @BeforeEach
  void serve() throws IOException {
    scene.has(Stands.running("web", 20, Stands.decided("web", 10, 5, 1.5, "Small begins.")));
    site = Site.listen(new Address(InetAddress.getLoopbackAddress(), 0), lookout);
    looks =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    lookout.run();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
  }

  @AfterEach
  void end() {
    looks.interrupt();
    site.close();
    client.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "console.js",
        "charts.js",
        "sheet.js",
        "stream.js",
        "console.css",
        "icon.svg",
        "uPlot.esm.js",
        "uPlot.min.css"
      })
  void each_file_of_the_page_comes_from_here_with_all_that_keeps_it_safe(String path)
      throws Exception {
    HttpResponse<String> answer = get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isNotBlank();
    assertSafe(answer);
  }

  @Test
  void a_host_that_is_not_the_address_is_refused() throws Exception {
    int port = site.address().port();
    for (String host : List.of("evil.example:" + port, "127.0.0.1:1", "127.0.0.2:" + port)) {
      assertThat(getAs(host))
          .as(host)
          .startsWith("HTTP/1.1 421 ")
          .endsWith("Open http://127.0.0.1:%d/".formatted(port));
    }
    assertThat(getAs("")).startsWith("HTTP/1.1 400 ");
    assertThat(getAs("LOCALHOST:" + port)).startsWith("HTTP/1.1 200 ").endsWith("<!doctype html>");
  }

  @ParameterizedTest
  @CsvSource({
    "same-origin, cors, 200",
    "none, navigate, 200",
    "cross-site, navigate, 200",
    "cross-site, no-cors, 403",
    "same-site, cors, 403"
  })
  void a_page_of_somebody_else_may_link_to_it_and_nothing_else(String from, String mode, int status)
      throws Exception {
    HttpRequest request =
        request("").header("Sec-Fetch-Site", from).header("Sec-Fetch-Mode", mode).build();
    assertThat(client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"})
  void it_can_only_be_asked(String method) throws Exception {
    for (String path : List.of("", "stream", "nowhere")) {
      HttpResponse<String> answer =
          client.send(
              request(path).method(method, HttpRequest.BodyPublishers.noBody()).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(answer.headers().firstValue("Allow")).contains("GET");
      assertSafe(answer);
    }
  }

  @Test
  void what_is_not_there_is_a_sentence() throws Exception {
    HttpResponse<String> answer = get("../etc/passwd");
    assertThat(answer.statusCode()).isBetween(400, 404);
    assertThat(get("nowhere").body()).startsWith("There is nothing here.");
    assertThat(get("stream?policy=" + "x".repeat(700)).statusCode()).isEqualTo(400);
  }

  @Test
  void a_stream_tells_all_at_once_and_then_what_changes() throws Exception {
    try (Events events = new Events("shop/web")) {
      assertThat(events.next("board")).contains("\"id\":\"shop/web\"", "\"phase\":\"Shifting\"");
      assertThat(events.next("sheet")).contains("web-7", "sluice abort web -n shop");
      assertThat(events.next("points")).contains("\"anew\":true", "2026-11-27T12:00:10Z");
      scene.has(Stands.running("web", 40, Stands.decided("web", 10, 5, 1.5, "It goes on at 5 %.")));
      assertThat(events.next("board")).contains("It goes on at 5 %.");
      assertThat(events.next("points")).contains("\"anew\":false", "2026-11-27T12:00:40Z");
      scene.doesNotAnswer("The API server does not answer.");
      assertThat(events.nextWith("looked", "trouble")).contains("The API server does not answer.");
      assertThat(troubles).containsExactly("The API server does not answer.");
    }
  }

  @Test
  void a_stream_ends_with_the_console() throws Exception {
    try (Events events = new Events("shop/web")) {
      assertThat(events.next("board")).isNotEmpty();
      long began = System.nanoTime();
      site.close();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
      assertThatIOException().isThrownBy(() -> events.next("nothing of that name"));
    }
  }

  @Test
  void a_stream_is_never_kept_by_anybody() throws Exception {
    try (Events events = new Events("shop/web")) {
      assertSafe(events.answer);
      assertThat(events.answer.headers().firstValue("Content-Type")).contains("text/event-stream");
    }
  }

  @Test
  void how_many_pages_are_open_is_bounded_and_one_that_is_closed_makes_room() throws Exception {
    List<Events> open = new ArrayList<>();
    for (int i = 0; i < Site.VISITS; i++) {
      open.add(new Events("shop/web"));
    }
    HttpResponse<String> refused = get("stream?policy=shop/web");
    assertThat(refused.statusCode()).isEqualTo(503);
    assertThat(refused.body()).isEqualTo("16 pages of this console are open; close one.\n");
    open.removeLast().close();
    while (true) { // ended by the class's timeout
      try (Events again = new Events("shop/web")) {
        if (again.answer.statusCode() == 200) {
          break;
        }
      }
    }
    open.forEach(Events::close);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          console --lab --listen 8090 | --listen is "8090": write an address of this machine and a port
          console --lab --listen 127.0.0.1:99999 | --listen is "127.0.0.1:99999"
          console --lab --listen 0.0.0.0:8090 | is reached from other machines, and the page asks for no password. Say --for-others
          console -A -n shop | -A is all namespaces and -n is one
          """)
  void what_cannot_be_meant_is_refused(String words, String says) {
    Sluice said = Sluice.run(words.split(" "));
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err()).contains(says);
  }

  @Test
  void a_port_that_is_taken_is_a_sentence() {
    Sluice said = Sluice.run("console", "--lab", "--listen", "127.0.0.1:" + site.address().port());
    assertThat(said.exit()).isEqualTo(2);
    assertThat(said.err())
        .startsWith("Nobody can listen on 127.0.0.1:" + site.address().port())
        .contains("--listen");
  }

  private static void assertSafe(HttpResponse<?> answer) {
    assertThat(answer.headers().firstValue("Content-Security-Policy"))
        .get()
        .asString()
        .contains("default-src 'self'", "frame-ancestors 'none'");
    assertThat(answer.headers().allValues("Cache-Control")).containsExactly("no-store");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(answer.headers().map()).doesNotContainKey("Access-Control-Allow-Origin");
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(site.address().url() + path));
  }

  /** The first line of the answer's head, and that of its body. */
  private String getAs(String host) throws IOException {
    try (Socket socket = new Socket(site.address().ip(), site.address().port())) {
      socket.setSoTimeout(PATIENCE);
      String request = "GET / HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(host);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String head = lines.readLine();
      String line = head;
      while (line != null && !line.isEmpty()) {
        line = lines.readLine();
      }
      return head + " " + lines.readLine();
    }
  }

  /** A stream as it is read. */
  private final class Events implements AutoCloseable {
    private final HttpResponse<InputStream> answer;
    private final BufferedReader lines;

    Events(String policy) throws Exception {
      answer =
          client.send(
              request("stream?policy=" + policy).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    /** The data of the next event of that name. */
    String next(String name) throws IOException {
      String line = lines.readLine();
      while (line != null && !line.equals("event: " + name)) {
        line = lines.readLine();
      }
      if (line == null) {
        throw new EOFException("the stream has ended");
      }
      return lines.readLine();
    }

    String nextWith(String name, String word) throws IOException {
      String data = next(name);
      while (!data.contains(word)) {
        data = next(name);
      }
      return data;
    }

    @Override
    public void close() {
      try {
        lines.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
