package dev.sluice.local.load;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * An open-loop load: requests are due at moments that are drawn beforehand (a Poisson process),
 * whatever becomes of the ones before, and their time is counted from the moment they were due. So
 * a service that stands still is seen as what its users see (no coordinated omission).
 */
public final class Load implements AutoCloseable {
  private static final int IN_FLIGHT = 4096;
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long TIMEOUT_MILLIS = 15_000;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final HttpClient kept;
  private final HttpClient fresh;
  private final int port;
  private final Users crowd;
  private final RandomGenerator random;
  private final Book book = new Book();
  private final Map<Integer, String> cookies = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Thread clock;
  private volatile double perSecond;
  private volatile boolean over;

  private Load(int port, Users crowd) {
    this.port = port;
    this.crowd = crowd;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(crowd.seed());
    this.kept = client(true);
    this.fresh = client(false);
    this.clock = Thread.ofPlatform().daemon().name("load").unstarted(this::come);
  }

  /**
   * Nobody comes before a rate is set.
   *
   * @param port on the loopback address
   */
  public static Load on(int port, Users crowd) {
    Load load = new Load(port, crowd);
    load.clock.start();
    return load;
  }

  /**
   * @param requestsPerSecond from now on, on average; 0: nobody comes
   */
  public void rate(double requestsPerSecond) {
    perSecond = requestsPerSecond;
    LockSupport.unpark(clock);
  }

  public Accounts accounts() {
    return book.accounts();
  }

  /** Nobody comes any more; what is in flight may end, for two seconds at most. */
  @Override
  public void close() {
    over = true;
    LockSupport.unpark(clock);
    long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (inFlight.get() > 0 && System.nanoTime() < until) {
      LockSupport.parkNanos(LOOK_AGAIN);
    }
    try {
      vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("The load did not end.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpClient client(boolean keepAlive) {
    return vertx
        .httpClientBuilder()
        .with(new HttpClientOptions().setKeepAlive(keepAlive).setKeepAliveTimeout(60))
        .with(new PoolOptions().setHttp1MaxSize(IN_FLIGHT))
        .build();
  }

  private void come() {
    long due = System.nanoTime();
    while (!over) {
      double rate = perSecond;
      if (rate <= 0) {
        LockSupport.parkNanos(LOOK_AGAIN);
        due = System.nanoTime();
        continue;
      }
      due += (long) (-Math.log(1 - random.nextDouble()) / rate * 1e9);
      long early;
      while (!over && (early = due - System.nanoTime()) > 0) {
        LockSupport.parkNanos(Math.min(early, LOOK_AGAIN));
      }
      if (!over) {
        send(due);
      }
    }
  }

  private void send(long due) {
    if (inFlight.get() >= IN_FLIGHT) {
      book.dropped();
      return;
    }
    int user = random.nextDouble() < crowd.hot() ? 0 : random.nextInt(crowd.users());
    boolean orders = random.nextInt(10) < 7;
    int item = random.nextInt(1000);
    boolean own = random.nextDouble() < crowd.fresh();
    inFlight.incrementAndGet();
    book.sent();
    RequestOptions options =
        new RequestOptions()
            .setHost("127.0.0.1")
            .setPort(port)
            .setMethod(orders ? HttpMethod.POST : HttpMethod.GET)
            .setURI(orders ? "/orders" : "/stock/" + item)
            .setTimeout(TIMEOUT_MILLIS)
            .putHeader("X-User", "u" + user);
    String cookie = cookies.get(user);
    if (cookie != null) {
      options.putHeader("Cookie", cookie);
    }
    if (user < crowd.whitelisted() * crowd.users()) {
      options.putHeader("X-Canary", "always");
    }
    Buffer body =
        orders
            ? Buffer.buffer("{\"user\":\"u" + user + "\",\"item\":" + item + ",\"quantity\":1}")
            : Buffer.buffer();
    (own ? fresh : kept)
        .request(options)
        .compose(request -> request.send(body))
        .compose(answer -> answer.body().map(ignored -> answer))
        .onComplete(
            done -> {
              inFlight.decrementAndGet();
              if (done.succeeded()) {
                answered(done.result(), user, due);
              } else {
                book.failedBySystem("no answer: " + done.cause().getClass().getSimpleName());
              }
            });
  }

  private void answered(HttpClientResponse answer, int user, long due) {
    String set = answer.getHeader("X-Sluice-Set");
    String error = answer.getHeader("X-Sluice-Error");
    if (error == null && set != null) {
      book.answered(set, answer.statusCode(), System.nanoTime() - due, Instant.now());
    } else if (set != null) {
      book.lost(set, Instant.now());
    } else {
      book.failedBySystem(error == null ? "answered by nobody" : error);
    }
    String cookie = answer.getHeader("Set-Cookie");
    if (cookie != null) {
      cookies.put(user, cookie.substring(0, Math.max(0, cookie.indexOf(';'))));
    }
  }
}
