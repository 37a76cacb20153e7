package dev.sluice.e2e.faults;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.WebSocketBase;
import io.vertx.core.parsetools.RecordParser;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** The watches that stand, and what faults do to them. Runs on one event loop. */
final class Watches {
  private static final long LOOK_MILLIS = 20;

  private final Vertx vertx;
  private final Strikes strikes;
  private final Set<Watch> standing = new LinkedHashSet<>();

  Watches(Vertx vertx, Strikes strikes) {
    this.vertx = vertx;
    this.strikes = strikes;
    vertx.setPeriodic(LOOK_MILLIS, _ -> List.copyOf(standing).forEach(Watch::look));
  }

  /** A watch by WebSocket: one message is one event. */
  void join(WebSocketBase from, WebSocketBase client) {
    Watch watch = new Watch(client::writeTextMessage, client::close, from::close);
    from.textMessageHandler(watch::event);
    from.closeHandler(_ -> watch.over());
    client.closeHandler(_ -> watch.cut());
    from.exceptionHandler(_ -> watch.over());
    client.exceptionHandler(_ -> watch.cut());
    from.resume();
  }

  /** A watch by a streamed answer: one line is one event. */
  void stream(HttpClientResponse from, HttpServerResponse to) {
    Watch watch =
        new Watch(
            event -> to.write(event + "\n"),
            () -> {
              if (!to.ended()) {
                to.end();
              }
            },
            () -> from.request().reset());
    from.handler(RecordParser.newDelimited("\n", (Buffer line) -> watch.event(line.toString())));
    from.endHandler(_ -> watch.over());
    from.exceptionHandler(_ -> watch.over());
    to.closeHandler(_ -> watch.cut());
  }

  /** All of them end. */
  void cutAll() {
    vertx.runOnContext(_ -> List.copyOf(standing).forEach(Watch::cut));
  }

  private record Late(String event, long due) {}

  private final class Watch {
    private final Consumer<String> client;
    private final Runnable close;
    private final Runnable let;
    private final Deque<Late> waiting = new ArrayDeque<>();
    private final long began = System.nanoTime();
    private int sent;
    private boolean sourceOver;

    /**
     * @param client hears events
     * @param close ends it on the client's side
     * @param let ends it on the API server's side
     */
    Watch(Consumer<String> client, Runnable close, Runnable let) {
      this.client = client;
      this.close = close;
      this.let = let;
      standing.add(this);
    }

    void event(String event) {
      Duration late = strikes.late();
      if (!late.isZero()) {
        strikes.count(new Fault.EventsLate(late));
      }
      if (silent()) {
        strikes.count(new Fault.WatchesSilent());
      }
      waiting.add(new Late(event, System.nanoTime() + late.toNanos()));
      look();
    }

    private boolean silent() {
      return strikes.of(Fault.WatchesSilent.class).isPresent();
    }

    /** What is due goes out, and it ends if a fault or the API server says so. */
    void look() {
      if (!standing.contains(this) || silent()) {
        return;
      }
      while (!waiting.isEmpty() && waiting.getFirst().due() - System.nanoTime() <= 0) {
        client.accept(waiting.removeFirst().event());
        sent++;
        if (strikes.of(Fault.WatchesCut.class).filter(f -> sent >= f.afterEvents()).isPresent()) {
          strikes.count(new Fault.WatchesCut(sent));
          cut();
          return;
        }
      }
      if (sourceOver && waiting.isEmpty()) {
        cut();
        return;
      }
      Duration age = Duration.ofNanos(System.nanoTime() - began);
      strikes
          .of(Fault.WatchesExpired.class)
          .filter(f -> age.compareTo(f.age()) >= 0)
          .ifPresent(this::expire);
      strikes
          .of(Fault.WatchesShort.class)
          .filter(f -> standing.contains(this) && age.compareTo(f.age()) >= 0)
          .ifPresent(
              f -> {
                strikes.count(f);
                cut();
              });
    }

    private void expire(Fault.WatchesExpired fault) {
      strikes.count(fault);
      client.accept(
          "{\"type\":\"ERROR\",\"object\":%s}"
              .formatted(Requests.status(410, "too old resource version")));
      cut();
    }

    /** The API server has ended it; what came before is delivered first. */
    void over() {
      sourceOver = true;
      look();
    }

    void cut() {
      if (standing.remove(this)) {
        close.run();
        let.run();
      }
    }
  }
}
