import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whom Sluice asks when its ahead-of-time cache is made, so that what it needs to talk to a cluster is in it: something that
 * answers as an API server on which nothing is. {@code java Answers.java FOLDER} writes a kubeconfig there, and answers until
 * it is stopped.
 */
final class Answers {
  private static final String KINDS =
      Stream.of("releasepolicies ReleasePolicy", "releases Release", "releasecommands ReleaseCommand")
          .map(kind -> kind.split(" "))
          .map(kind -> "{\"name\":\"%s\",\"kind\":\"%s\",\"namespaced\":true,\"verbs\":[]}".formatted(kind[0], kind[1]))
          .collect(Collectors.joining(","));

  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", Answers::answer);
    server.start();
    Path config = Path.of(args[0], "kubeconfig");
    Files.writeString(
        config.resolveSibling("part"),
        """
        apiVersion: v1
        kind: Config
        clusters: [{ name: none, cluster: { server: "http://127.0.0.1:%d" } }]
        users: [{ name: none, user: { token: none } }]
        contexts: [{ name: none, context: { cluster: none, user: none } }]
        current-context: none
        """
            .formatted(server.getAddress().getPort()));
    Files.move(config.resolveSibling("part"), config);
    new CountDownLatch(1).await();
  }

  private static void answer(HttpExchange asked) throws IOException {
    String path = asked.getRequestURI().getPath();
    String query = String.valueOf(asked.getRequestURI().getQuery());
    String body = new String(asked.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (query.contains("watch=true")) {
      asked.sendResponseHeaders(200, 0); // nothing ever happens
      return;
    }
    boolean written = !asked.getRequestMethod().equals("GET");
    boolean missing = !written && path.contains("/leases/");
    String said =
        path.equals("/version")
            ? "{\"major\":\"1\",\"minor\":\"36\",\"gitVersion\":\"v1.36.0\"}"
            : path.matches("/api/[^/]+|/apis/[^/]+/[^/]+")
                ? "{\"kind\":\"APIResourceList\",\"groupVersion\":\"%s\",\"resources\":[%s]}"
                    .formatted(path.substring(path.indexOf('/', 1) + 1), path.contains("sluice.dev") ? KINDS : "")
                : written
                    ? body
                    : missing
                        ? "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}"
                        : "{\"kind\":\"AnyList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";
    byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
    asked.getResponseHeaders().set("Content-Type", "application/json");
    asked.sendResponseHeaders(missing ? 404 : 200, bytes.length);
    asked.getResponseBody().write(bytes);
    asked.close();
  }
}
