package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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
  private static final Duration STARTS = Duration.ofSeconds(10);
  private static final int USERS = 4;
  private static final int ANSWER_MILLIS = 10_000;

  private final Path folder;
  private final List<Process> processes = new ArrayList<>();
  private final int port = freePort();

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
    this.folder = Files.createTempDirectory("nginx-");
    Map<String, Integer> ports = new LinkedHashMap<>();
    services.forEach(service -> ports.put(service, freePort()));
    try {
      start("backends", backends(ports), ports.values());
      start("edge", NginxConfig.of(ingresses, ports, port), List.of(port));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
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
        .collect(
            Collectors.joining(
                "",
                """
                daemon off; master_process off; pid backends.pid; error_log stderr warn;
                events { worker_connections 1024; }
                http { access_log off; keepalive_requests 1000000;
                client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                """,
                "}\n"));
  }

  private void start(String name, String configuration, Iterable<Integer> ports)
      throws IOException {
    Path file = Files.writeString(folder.resolve(name + ".conf"), configuration);
    Path said = folder.resolve(name + ".log");
    Process process =
        new ProcessBuilder(
                Scripts.home().resolve("bin/nginx").toString(),
                "-p",
                folder.toString(),
                "-e",
                "stderr",
                "-c",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    processes.add(process);
    for (int one : ports) {
      Await.until(
          "nginx listens",
          STARTS,
          () -> {
            if (!process.isAlive()) {
              throw new AssertionError(read(said) + configuration);
            }
            return listens(one);
          });
    }
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ANSWER_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return String.valueOf(e);
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    processes.forEach(Process::destroyForcibly);
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .sorted(Comparator.reverseOrder())
          .map(Path::toFile)
          .forEach(
              f -> {
                boolean _ = f.delete();
              });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
