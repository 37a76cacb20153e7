package dev.sluice.local.load;

import dev.sluice.local.load.Outcomes.Visit;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;

/**
 * An open-loop load: requests are due at moments that are drawn beforehand (a Poisson process),
 * whatever becomes of the ones before, and their time is counted from the moment they were due. So
 * a service that stands still is seen as what its users see (no coordinated omission).
 */
public final class Load implements AutoCloseable {
  private static final int IN_FLIGHT = 4096;
  private static final long LOOK_AGAIN = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long TIMEOUT_MILLIS = 15_000;
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(2);

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final Context loop = vertx.getOrCreateContext();
  private final List<HttpClient> kept;
  private final HttpClient fresh;
  private final Door door;
  private final Users crowd;
  private final Outcomes outcomes;
  private final RandomGenerator random;
  private final Map<Integer, String> cookies = new ConcurrentHashMap<>();
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Thread clock;
  private volatile double perSecond;
  private volatile boolean over;
  private long visits;

  private Load(Door door, Users crowd, Outcomes outcomes) {
    this.door = door;
    this.crowd = crowd;
    this.outcomes = outcomes;
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(crowd.seed());
    this.kept = Stream.generate(() -> client(true)).limit(door.pools()).toList();
    this.fresh = client(false);
    this.clock = Thread.ofPlatform().daemon().name("load").unstarted(this::come);
  }

  /** Nobody comes before a rate is set. */
  public static Load at(Door door, Users crowd, Outcomes outcomes) {
    Load load = new Load(door, crowd, outcomes);
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

  /**
   * Nobody comes any more; what is in flight may end.
   *
   * @param patience how long at most
   */
  public void settle(Duration patience) {
    over = true;
    LockSupport.unpark(clock);
    long until = System.nanoTime() + patience.toNanos();
    while ((clock.isAlive() || inFlight.get() > 0) && System.nanoTime() < until) {
      LockSupport.parkNanos(LOOK_AGAIN);
    }
  }

  /** Nobody comes any more; what is in flight may end, for two seconds at most. */
  @Override
  public void close() {
    settle(LAST_ANSWERS);
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
      outcomes.dropped();
      return;
    }
    int user = random.nextDouble() < crowd.hot() ? 0 : random.nextInt(crowd.users());
    boolean orders = random.nextInt(10) < 7;
    int item = random.nextInt(1000);
    boolean own = random.nextDouble() < crowd.fresh();
    Visit visit = new Visit(visits++, user, own, due);
    inFlight.incrementAndGet();
    outcomes.sent(visit);
    RequestOptions options =
        new RequestOptions()
            .setServer(SocketAddress.inetSocketAddress(door.port(), door.host()))
            .setHost(door.name())
            .setPort(door.port())
            .setMethod(orders ? HttpMethod.POST : HttpMethod.GET)
            .setURI(orders ? "/orders" : "/stock/" + item)
            .setTimeout(TIMEOUT_MILLIS)
            .putHeader("X-User", "u" + user);
    if (user < crowd.whitelisted() * crowd.users()) {
      door.whitelist().forEach(options::putHeader);
    }
    String cookie = cookies.get(user);
    if (cookie != null) {
      // One header, as browsers send it: a whitelisted user may bring a cookie already.
      String brought = options.getHeaders().get("Cookie");
      options.putHeader("Cookie", brought == null ? cookie : brought + "; " + cookie);
    }
    Buffer body =
        orders
            ? Buffer.buffer("{\"user\":\"u" + user + "\",\"item\":" + item + ",\"quantity\":1}")
            : Buffer.buffer();
    HttpClient client = own ? fresh : kept.get(user % kept.size());
    // On the loop that the answer comes on: it would go by unheard if it were there before this
    // thread had said what is to become of it.
    loop.runOnContext(go -> send(client, options, body, visit));
  }

  private void send(HttpClient client, RequestOptions options, Buffer body, Visit visit) {
    client
        .request(options)
        .compose(request -> request.send(body))
        .compose(answer -> answer.body().map(ignored -> answer))
        .onComplete(
            done -> {
              if (done.succeeded()) {
                answered(visit, done.result());
              } else {
                outcomes.unanswered(visit, done.cause().getClass().getSimpleName());
              }
              // Last: whoever waits for it finds everything told.
              inFlight.decrementAndGet();
            });
  }

  private void answered(Visit visit, HttpClientResponse answer) {
    outcomes.answered(
        visit,
        new Outcomes.Answer(
            answer.statusCode(), name -> Optional.ofNullable(answer.getHeader(name))));
    String cookie = answer.getHeader("Set-Cookie");
    if (cookie != null) {
      cookies.put(visit.user(), cookie.substring(0, Math.max(0, cookie.indexOf(';'))));
    }
  }
}
