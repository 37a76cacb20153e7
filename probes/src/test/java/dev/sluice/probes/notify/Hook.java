package dev.sluice.probes.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/** A real HTTP server that takes what it is posted, and answers as it was told. */
final class Hook implements AutoCloseable {
  private final HttpServer server;
  private final String scheme;
  private final CountDownLatch closing = new CountDownLatch(1);
  final List<Got> got = new CopyOnWriteArrayList<>();
  private final Answer answer;

  /** One request. */
  record Got(String uri, com.sun.net.httpserver.Headers headers, String body) {
    String header(String name) {
      return Optional.ofNullable(headers.getFirst(name)).orElse("");
    }
  }

  /** Status and headers of the answer to the request of that number, from 1; 0: none ever comes. */
  interface Answer {
    int to(int number, HttpExchange exchange);
  }

  private Hook(HttpServer server, String scheme, Answer answer) {
    this.server = server;
    this.scheme = scheme;
    this.answer = answer;
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::take);
    server.start();
  }

  static Hook tls(SSLContext context, Answer answer) {
    try {
      HttpsServer server =
          HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setHttpsConfigurator(new HttpsConfigurator(context));
      return new Hook(server, "https", answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Hook plain(Answer answer) {
    try {
      return new Hook(
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0),
          "http",
          answer);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url(String path) {
    return "%s://localhost:%d%s".formatted(scheme, server.getAddress().getPort(), path);
  }

  /** An echo: what it was sent is in every answer. */
  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
      String uri = exchange.getRequestURI().toString();
      int number;
      synchronized (got) {
        got.add(new Got(uri, exchange.getRequestHeaders(), body));
        number = got.size();
      }
      int status = answer.to(number, exchange);
      if (status == 0) {
        closing.await();
        return;
      }
      byte[] echo = (uri + "\n" + exchange.getRequestHeaders() + "\n" + body).getBytes(UTF_8);
      exchange.sendResponseHeaders(status, echo.length);
      exchange.getResponseBody().write(echo);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    server.stop(0);
  }
}
