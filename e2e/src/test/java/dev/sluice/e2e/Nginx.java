package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Debian's nginx in front of tiny backends, one for each Service, that answer with its name; it
 * routes as ingress-nginx would by these Ingresses.
 */
final class Nginx implements AutoCloseable {
  private static final int USERS = 4;
  private static final int ANSWER_MILLIS = 10_000;

  private final NginxProcess backends;
  private final NginxProcess edge;
  private final int port;

  /** Who answered how often: a Service's name, or the status where nobody did. */
  record Answers(Map<String, Long> by) {
    long by(String who) {
      return by.getOrDefault(who, 0L);
    }

    long candidate() {
      return by("web-candidate");
    }
  }

  private Nginx(List<Ingress> ingresses, List<String> services) throws IOException {
    List<Integer> free = FreePorts.some(services.size() + 1);
    port = free.getLast();
    Map<String, Integer> ports = new LinkedHashMap<>();
    for (int i = 0; i < services.size(); i++) {
      ports.put(services.get(i), free.get(i));
    }
    backends = NginxProcess.serving(backends(ports), ports.values());
    try {
      edge =
          NginxProcess.routing(
              IngressTable.of(ingresses, (_, service) -> present(service.getName(), services)),
              upstreams(ports),
              port);
    } catch (IOException | AssertionError e) {
      backends.close();
      throw e;
    }
  }

  private static List<String> present(String service, List<String> services) {
    return services.contains(service) ? List.of(service) : List.of();
  }

  /**
   * @param services those that have an endpoint
   */
  static Nginx of(List<Ingress> ingresses, List<String> services) {
    try {
      return new Nginx(ingresses, services);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each request on its own, over a few connections that are kept. */
  Answers visits(int requests, String host, String path, Map<String, String> headers) {
    return visits(
        requests,
        host,
        path,
        headers.entrySet().stream().map(h -> h.getKey() + ": " + h.getValue()).toList());
  }

  /**
   * @param headers lines; a header may come twice
   */
  Answers visits(int requests, String host, String path, List<String> headers) {
    String request =
        Stream.concat(
                Stream.of("GET %s HTTP/1.1".formatted(path), "Host: " + host), headers.stream())
            .collect(Collectors.joining("\r\n", "", "\r\n\r\n"));
    Map<String, Long> by = new ConcurrentHashMap<>();
    try (ExecutorService users = Executors.newFixedThreadPool(USERS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int user = 0; user < USERS; user++) {
        int share = requests / USERS + (user < requests % USERS ? 1 : 0);
        all.add(users.submit(() -> visit(share, request, by)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return new Answers(Map.copyOf(by));
  }

  private void visit(int requests, String request, Map<String, Long> by) {
    try (Socket socket = new Socket()) {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(ANSWER_MILLIS);
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int i = 0; i < requests; i++) {
        socket.getOutputStream().write(request.getBytes(US_ASCII));
        by.merge(answer(in), 1L, Long::sum);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String answer(InputStream in) throws IOException {
    String status = line(in).split(" ")[1];
    int length = 0;
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
        length = Integer.parseInt(header.substring("content-length:".length()).strip());
      }
    }
    String body = new String(in.readNBytes(length), US_ASCII);
    return status.equals("200") ? body : status;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("nginx closed the connection after: " + line);
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  private static String backends(Map<String, Integer> ports) {
    return ports.entrySet().stream()
        .map(
            s ->
                "server { listen 127.0.0.1:%d; return 200 \"%s\"; }\n"
                    .formatted(s.getValue(), s.getKey()))
        .collect(Collectors.joining());
  }

  private static String upstreams(Map<String, Integer> ports) {
    return ports.entrySet().stream()
        .map(
            s ->
                "upstream %s { server 127.0.0.1:%d; keepalive 16; }\n"
                    .formatted(s.getKey(), s.getValue()))
        .collect(Collectors.joining());
  }

  @Override
  public void close() {
    edge.close();
    backends.close();
  }
}
