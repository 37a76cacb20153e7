package dev.sluice.sample.orders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.sluice.kit.Json;
import dev.sluice.kit.KitServer;
import dev.sluice.kit.KitServer.Answer;
import dev.sluice.kit.Lifetime;
import dev.sluice.kit.Log;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;

/** The order service of an online shop. */
public final class OrderService {
  private static final int BODY_BYTES = 64 * 1024;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Settings settings;
  private final KitServer server;
  private final Faults faults;
  private final Shop shop;

  private OrderService(Settings settings, KitServer server) {
    this.settings = settings;
    this.server = server;
    this.faults = new Faults(settings);
    this.shop = new Shop(settings.version(), server.registry());
  }

  public static void main(String[] args) throws IOException {
    Settings settings;
    try {
      settings = Settings.of(System.getenv());
    } catch (Settings.Wrong e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    try {
      KitServer server =
          KitServer.listen(
              "order-service",
              settings.version(),
              settings.port(),
              Executors.newVirtualThreadPerTaskExecutor());
      new OrderService(settings, server).serve();
    } catch (BindException e) {
      System.err.printf(
          "Port %d is in use; set PORT to a free one, or 0 for any.%n", settings.port());
      System.exit(4);
    }
  }

  private void serve() {
    if (settings.endsWithParent()) {
      Lifetime.endsWithParent();
    }
    Lifetime.endsGracefully(server, settings.grace(), Duration.ofSeconds(10));
    server
        .handle("/orders", "/orders", this::orders)
        .handle("/stock/", "/stock/{item}", this::stock)
        .metricsWhen(() -> !faults.refusesScrape())
        .metricsAs(settings.metrics().told(System::nanoTime))
        .readyWhen(() -> !settings.neverReady())
        .saysVersion("X-Version");
    if (settings.countsAllAlike()) {
      server.countsAllAlike();
    }
    server.start();
    after(settings.startDelay(), server::started);
    settings.crashAfter().ifPresent(d -> after(d, () -> Runtime.getRuntime().halt(1)));
    settings.refuseAfter().ifPresent(d -> after(d, this::refuse));
    Log.info("serving", Map.of("port", server.port(), "version", settings.version()));
  }

  /** Accepts no connection any more, and yet lives on. */
  private void refuse() {
    // Said aloud: a platform thread that a virtual one starts is a daemon by default.
    Thread.ofPlatform()
        .daemon(false)
        .name("lives-on")
        .start(
            () -> {
              try {
                Thread.sleep(Duration.ofDays(1));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    server.close();
  }

  private static void after(Duration delay, Runnable what) {
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                Thread.sleep(delay);
                what.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private Answer orders(HttpExchange request) throws IOException, InterruptedException {
    String path = request.getRequestURI().getPath();
    if (request.getRequestMethod().equals("GET") && path.startsWith("/orders/")) {
      return shop.find(path.substring("/orders/".length()))
          .map(order -> new Answer(200, json(order)))
          .orElseGet(() -> problem(404, "there is no such order, or not any more"));
    }
    if (!request.getRequestMethod().equals("POST") || !path.equals("/orders")) {
      return problem(404, "POST /orders makes an order, GET /orders/ID shows it");
    }
    byte[] body = request.getRequestBody().readNBytes(BODY_BYTES + 1);
    if (body.length > BODY_BYTES) {
      return problem(413, "an order has at most 64 KiB");
    }
    return order(body);
  }

  private Answer order(byte[] body) throws IOException, InterruptedException {
    JsonNode asked;
    try {
      asked = MAPPER.readTree(body);
    } catch (com.fasterxml.jackson.core.JacksonException e) {
      return problem(400, "the order is not JSON");
    }
    int item = asked.path("item").asInt(-1);
    int quantity = asked.path("quantity").asInt(1);
    if (!Shop.knows(item) || quantity < 1 || quantity > 1000) {
      return problem(400, "item is a number from 0 to 999, quantity one from 1 to 1000");
    }
    if (faults.hangs()) {
      Thread.sleep(Duration.ofHours(1));
    }
    faults.leak();
    faults.burn();
    if (faults.fails()) {
      shop.failed();
      return problem(500, "the order could not be taken");
    }
    Optional<Shop.Order> order =
        shop.order(asked.path("user").asText("anonymous"), item, quantity, faults.slow());
    return order
        .map(o -> new Answer(201, json(o)))
        .orElseGet(() -> problem(402, "the payment was declined"));
  }

  private Answer stock(HttpExchange request) throws InterruptedException {
    String item = request.getRequestURI().getPath().substring("/stock/".length());
    int number = item.matches("\\d{1,4}") ? Integer.parseInt(item) : -1;
    if (!Shop.knows(number)) {
      return problem(404, "items are numbered from 0 to 999");
    }
    if (faults.fails()) {
      return problem(500, "the stock could not be read");
    }
    int left = shop.inStock(number, faults.slow());
    return new Answer(200, Json.object(Map.of("item", number, "inStock", left)));
  }

  private static String json(Shop.Order order) {
    return Json.object(
        Map.of(
            "id", order.id(),
            "user", order.user(),
            "item", order.item(),
            "quantity", order.quantity()));
  }

  private static Answer problem(int status, String what) {
    return new Answer(status, Json.object(Map.of("error", what)));
  }
}
