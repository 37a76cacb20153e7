package dev.sluice.sample.orders;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Orders, payments and stock, in memory and bounded; each outcome is counted. */
final class Shop {
  private static final int ORDERS_KEPT = 10_000;
  private static final int ITEMS = 1_000;
  private static final int RESTOCKED_TO = 1_000_000;

  /** One card in fifty is declined: a business outcome, not an error. */
  private static final double DECLINED = 0.02;

  /** Median and spread of what the stock and payment systems take. */
  private static final double MEDIAN_MILLIS = 3;

  private static final double SIGMA = 0.4;

  private final Map<String, Order> orders =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Order> eldest) {
          return size() > ORDERS_KEPT;
        }
      };
  private final int[] stock = new int[ITEMS];
  private final AtomicLong next = new AtomicLong();
  private final String version;
  private final Counter ordered;
  private final Counter paid;

  /**
   * @param id of the order
   * @param item its number, 0 to 999
   */
  record Order(String id, String user, int item, int quantity) {}

  Shop(String version, PrometheusRegistry registry) {
    this.version = version;
    this.ordered = counter("orders", "Orders by how they ended.", registry);
    this.paid = counter("payments", "Payments by how they ended.", registry);
    java.util.Arrays.fill(stock, RESTOCKED_TO);
  }

  /**
   * Reserves the stock, takes the payment and keeps the order.
   *
   * @param slow factor on the usual time
   * @return empty where the payment was declined
   */
  Optional<Order> order(String user, int item, int quantity, double slow)
      throws InterruptedException {
    work(slow);
    boolean declined = ThreadLocalRandom.current().nextDouble() < DECLINED;
    paid.labelValues(declined ? "declined" : "ok", version).inc();
    if (declined) {
      ordered.labelValues("declined", version).inc();
      return Optional.empty();
    }
    Order order = new Order("o-" + next.incrementAndGet(), user, item, quantity);
    synchronized (orders) {
      orders.put(order.id(), order);
      stock[item] = stock[item] < quantity ? RESTOCKED_TO : stock[item] - quantity;
    }
    ordered.labelValues("ok", version).inc();
    return Optional.of(order);
  }

  /** An order that the service itself could not take. */
  void failed() {
    ordered.labelValues("failed", version).inc();
  }

  Optional<Order> find(String id) {
    synchronized (orders) {
      return Optional.ofNullable(orders.get(id));
    }
  }

  int inStock(int item, double slow) throws InterruptedException {
    work(slow / 2);
    synchronized (orders) {
      return stock[item];
    }
  }

  static boolean knows(int item) {
    return item >= 0 && item < ITEMS;
  }

  private static void work(double slow) throws InterruptedException {
    double millis =
        MEDIAN_MILLIS * slow * Math.exp(SIGMA * ThreadLocalRandom.current().nextGaussian());
    Thread.sleep((long) millis, (int) ((millis - (long) millis) * 1e6));
  }

  private static Counter counter(String name, String help, PrometheusRegistry registry) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames("outcome", "version")
        .register(registry);
  }
}
