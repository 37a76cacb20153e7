package dev.sluice.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.e2e.Await;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.ServerWebSocket;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That each fault is what it is called, before a server that counts what reached it. */
@Timeout(60)
@Tag("slow")
class ApiServerProxyTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  private final Vertx vertx = Vertx.vertx();
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<String> reached = new CopyOnWriteArrayList<>();
  private final List<ServerWebSocket> watches = new CopyOnWriteArrayList<>();
  private ApiServerProxy proxy;

  @BeforeEach
  void start() throws Exception {
    HttpServer server =
        vertx
            .createHttpServer(new HttpServerOptions())
            .requestHandler(
                request -> {
                  reached.add(
                      request.method()
                          + " "
                          + request.uri()
                          + " "
                          + request.getHeader("Authorization"));
                  request.response().putHeader("X-Of", "the API server").end("done");
                })
            .webSocketHandler(watches::add)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(5, TimeUnit.SECONDS);
    Config of =
        new ConfigBuilder(Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.actualPort())
            .build();
    proxy = ApiServerProxy.before(of, 1);
  }

  @AfterEach
  void stop() {
    proxy.close();
    vertx.close();
  }

  @Test
  void without_a_fault_everything_passes_as_it_is() throws Exception {
    HttpResponse<String> answer = write();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("done");
    assertThat(answer.headers().firstValue("X-Of")).contains("the API server");
    assertThat(reached).containsExactly("POST /api/v1/things?a=b Bearer of-the-operator");
    assertThat(proxy.struck()).isEmpty();
  }

  @Test
  void a_share_of_the_requests_is_answered_with_a_fault_and_never_arrives() throws Exception {
    proxy.set(Fault.Answered.tooMany(0.5, Duration.ofSeconds(3)));
    int refused = 0;
    for (int i = 0; i < 100; i++) {
      HttpResponse<String> answer = write();
      if (answer.statusCode() == 429) {
        refused++;
        assertThat(answer.headers().firstValue("Retry-After")).contains("3");
        assertThat(answer.body()).contains("TooManyRequests");
      }
    }
    assertThat(refused).isBetween(30, 70);
    assertThat(reached).hasSize(100 - refused);
    assertThat(proxy.struck()).containsEntry("answered 429", refused);
  }

  @Test
  void a_conflict_is_for_those_who_write() throws Exception {
    proxy.set(Fault.Answered.conflict(1));
    assertThat(write().statusCode()).isEqualTo(409);
    assertThat(read(SOON).statusCode()).isEqualTo(200);
  }

  @Test
  void an_answer_that_is_lost_is_of_a_write_that_was_done() {
    proxy.set(new Fault.AnswerLost(1));
    assertThatThrownBy(this::write).isInstanceOf(IOException.class);
    assertThat(reached).hasSize(1);
  }

  @Test
  void a_request_that_is_not_answered_does_not_arrive() {
    proxy.set(new Fault.Unanswered(1));
    assertThatThrownBy(() -> read(Duration.ofMillis(500))).isInstanceOf(HttpTimeoutException.class);
    assertThat(reached).isEmpty();
  }

  @Test
  void an_ear_hears_of_a_write_that_was_done_and_nothing_passes_after_it() throws Exception {
    List<String> heard = new CopyOnWriteArrayList<>();
    proxy.tell(
        write -> {
          heard.add(write.verb() + " " + write.path() + " " + write.body());
          return Ear.Then.LAST_ANSWER;
        });
    assertThat(read(SOON).body()).isEqualTo("done");
    assertThat(write().body()).isEqualTo("done");
    assertThatThrownBy(() -> read(Duration.ofMillis(500))).isInstanceOf(HttpTimeoutException.class);
    assertThat(heard).containsExactly("POST /api/v1/things {}");
    assertThat(reached).as("what was asked after it never arrives").hasSize(2);
    proxy.tell(_ -> Ear.Then.NO_ANSWER);
    proxy.goOn();
    assertThatThrownBy(this::write).isInstanceOf(HttpTimeoutException.class);
    assertThat(reached).as("it is done all the same").hasSize(3);
    proxy.tell(Ear.NONE);
    proxy.goOn();
    assertThat(write().body()).isEqualTo("done");
  }

  @Test
  void slow_answers_come() throws Exception {
    proxy.set(new Fault.Slow(Duration.ofMillis(400)));
    long began = System.nanoTime();
    assertThat(read(SOON).statusCode()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(Duration.ofMillis(400));
  }

  @Test
  void one_that_is_gone_refuses_connections_cuts_watches_and_comes_back_where_it_was()
      throws Exception {
    Heard heard = watch();
    proxy.set(new Fault.Gone());
    assertThatThrownBy(() -> read(SOON)).isInstanceOf(ConnectException.class);
    Await.until("the watch has ended", SOON, heard.over::get);
    proxy.clear();
    assertThat(read(SOON).statusCode()).isEqualTo(200);
  }

  @Test
  void a_watch_tells_its_events_in_order_and_is_cut_after_some() throws Exception {
    Heard heard = watch();
    tell("one", "two");
    Await.until("both are heard", SOON, () -> heard.events.equals(List.of("one", "two")));
    proxy.set(new Fault.WatchesCut(3));
    tell("three");
    Await.until("the watch has ended", SOON, heard.over::get);
    assertThat(heard.events).containsExactly("one", "two", "three");
    assertThat(proxy.struck()).containsEntry("watch cut", 1);
  }

  @Test
  void a_silent_watch_stands_and_tells_everything_when_that_is_over() throws Exception {
    Heard heard = watch();
    proxy.set(new Fault.WatchesSilent());
    tell("one", "two");
    Await.until("they were withheld", SOON, () -> proxy.struck().containsKey("event withheld"));
    assertThat(heard.events).isEmpty();
    assertThat(heard.over).isFalse();
    proxy.clear();
    Await.until("both are heard", SOON, () -> heard.events.equals(List.of("one", "two")));
  }

  @Test
  void late_events_keep_their_order() throws Exception {
    Heard heard = watch();
    proxy.set(new Fault.EventsLate(Duration.ofSeconds(2)));
    tell("one", "two");
    Await.until("they are on their way", SOON, () -> proxy.struck().containsKey("event late"));
    assertThat(heard.events).isEmpty();
    Await.until("both are heard", SOON, () -> heard.events.equals(List.of("one", "two")));
  }

  @Test
  void an_expired_watch_says_410_and_ends() throws Exception {
    Heard heard = watch();
    proxy.set(new Fault.WatchesExpired(Duration.ZERO));
    Await.until("the watch has ended", SOON, heard.over::get);
    assertThat(heard.events).singleElement().asString().contains("\"ERROR\"").contains("410");
  }

  private HttpResponse<String> write() throws Exception {
    return client.send(
        HttpRequest.newBuilder(proxy.url().resolve("/api/v1/things?a=b"))
            .header("Authorization", "Bearer of-the-operator")
            .timeout(SOON)
            .POST(HttpRequest.BodyPublishers.ofString("{}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> read(Duration patience) throws Exception {
    return client.send(
        HttpRequest.newBuilder(proxy.url().resolve("/api")).timeout(patience).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private void tell(String... events) {
    Await.until("the watch has arrived", SOON, () -> !watches.isEmpty());
    for (String event : events) {
      watches.getFirst().writeTextMessage(event);
    }
  }

  private Heard watch() throws Exception {
    Heard heard = new Heard();
    var _ =
        client
            .newWebSocketBuilder()
            .buildAsync(
                URI.create(proxy.url().toString().replace("http", "ws") + "/api?watch=true"), heard)
            .get(5, TimeUnit.SECONDS);
    return heard;
  }

  private static final class Heard implements WebSocket.Listener {
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final AtomicBoolean over = new AtomicBoolean();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      events.add(data.toString());
      socket.request(1);
      return java.util.concurrent.CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
      over.set(true);
      return java.util.concurrent.CompletableFuture.completedFuture(null);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      over.set(true);
    }
  }
}
