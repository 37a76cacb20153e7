package dev.sluice.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Debian's nginx, as one process in a folder of its own, which goes with it. */
final class NginxProcess implements AutoCloseable {
  private static final Duration STARTS = Duration.ofSeconds(10);
  private static final int ASK_MILLIS = 2000;

  private final Path folder;
  private final Process process;

  private NginxProcess(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  /**
   * It listens when this returns.
   *
   * @param servers blocks of {@code http}
   * @param ports of this host that they listen on
   */
  static NginxProcess serving(String servers, Collection<Integer> ports) throws IOException {
    return start(Files.createTempDirectory("nginx-"), servers, ports);
  }

  /**
   * It routes by a table, see {@link #route}, when this returns.
   *
   * @param upstreams blocks of {@code http}: what the table's addresses may name besides
   */
  static NginxProcess routing(String table, String upstreams, int port) throws IOException {
    Path folder = Files.createTempDirectory("nginx-");
    try (InputStream script = NginxProcess.class.getResourceAsStream("ingress.js")) {
      if (script == null) {
        throw new IllegalStateException("ingress.js is not in the class path.");
      }
      Files.copy(script, folder.resolve("ingress.js"));
    }
    write(folder, table);
    return start(
        folder,
        """
        js_path "%1$s"; js_import ingress.js; js_set $to ingress.to;
        proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host;
        %2$s
        server {
          listen 127.0.0.1:%3$d;
          set $table %1$s/table.json;
          location / {
            if ($to = 404) { return 404; }
            if ($to = 503) { return 503; }
            proxy_pass http://$to;
          }
        }
        """
            .formatted(folder, upstreams, port),
        List.of(port));
  }

  /**
   * From the next request on.
   *
   * @param table see {@link IngressTable}
   */
  void route(String table) {
    try {
      write(folder, table);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** At once: a request finds the old one or the new one. */
  private static void write(Path folder, String table) throws IOException {
    Path fresh = Files.writeString(folder.resolve("table.next"), table, UTF_8);
    Files.move(fresh, folder.resolve("table.json"), StandardCopyOption.ATOMIC_MOVE);
  }

  private static NginxProcess start(Path folder, String http, Collection<Integer> ports)
      throws IOException {
    String configuration =
        """
        load_module %s;
        daemon off; master_process off; pid nginx.pid; error_log stderr warn;
        events { worker_connections 8192; }
        http {
        access_log off; keepalive_requests 1000000;
        client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
        uwsgi_temp_path uwsgi; scgi_temp_path scgi;
        %s}
        """
            .formatted(
                Scripts.home().resolve("nginx/usr/lib/nginx/modules/ngx_http_js_module.so"), http);
    Path said = folder.resolve("said.log");
    NginxProcess nginx =
        new NginxProcess(
            folder,
            new ProcessBuilder(
                    Scripts.home().resolve("bin/nginx").toString(),
                    "-p",
                    folder.toString(),
                    "-e",
                    "stderr",
                    "-c",
                    Files.writeString(folder.resolve("nginx.conf"), configuration).toString())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start());
    try {
      Await.until("nginx listens", STARTS, () -> nginx.listens(said, ports));
    } catch (AssertionError e) {
      nginx.close();
      throw e;
    }
    return nginx;
  }

  private boolean listens(Path said, Collection<Integer> ports) {
    if (!process.isAlive()) {
      throw new AssertionError("nginx ended: " + read(said));
    }
    return ports.stream().allMatch(NginxProcess::listens);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), ASK_MILLIS);
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

  @Override
  public void close() {
    process.destroyForcibly();
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
