package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * Who is told of releases: an HTTPS server on this host, with a certificate of its own. It fails at
 * each first try, and what it answers is what it was sent.
 */
final class Hooks implements AutoCloseable {
  private static final String OPEN = "changeit";

  private final Path store;
  private final HttpsServer server;
  private final List<Got> got = new CopyOnWriteArrayList<>();
  private final ConcurrentHashMap<String, Boolean> tried = new ConcurrentHashMap<>();

  /** What was taken. */
  record Got(String path, String id, JsonNode body) {}

  Hooks(Path folder) throws IOException, InterruptedException, GeneralSecurityException {
    Files.createDirectories(folder);
    store = folder.resolve("hooks.p12").toAbsolutePath();
    Files.deleteIfExists(store);
    made(store);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(own(store)));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::take);
    server.start();
  }

  private static void made(Path store) throws IOException, InterruptedException {
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keystore",
                store.toString(),
                "-storepass",
                OPEN,
                "-alias",
                "hooks",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "2")
            .redirectErrorStream(true)
            .start();
    String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
  }

  private static SSLContext own(Path store) throws IOException, GeneralSecurityException {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, OPEN.toCharArray());
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, OPEN.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), null, null);
    return context;
  }

  /** Options of a Java that trusts it. */
  List<String> trusted() {
    return List.of(
        "-Djavax.net.ssl.trustStore=" + store, "-Djavax.net.ssl.trustStorePassword=" + OPEN);
  }

  String url(String path) {
    return "https://localhost:" + server.getAddress().getPort() + path;
  }

  List<Got> got() {
    return List.copyOf(got);
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String path = exchange.getRequestURI().toString();
      String id = String.valueOf(exchange.getRequestHeaders().getFirst("webhook-id"));
      boolean again = tried.put(path + body, true) != null;
      if (again) {
        got.add(new Got(path, id, Json.read(body)));
      }
      byte[] echo = (path + exchange.getRequestHeaders().entrySet() + body).getBytes(UTF_8);
      exchange.sendResponseHeaders(again ? 200 : 503, echo.length);
      exchange.getResponseBody().write(echo);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
