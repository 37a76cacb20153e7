package dev.sluice.local.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.engine.port.Actuator;
import dev.sluice.engine.sequence.Write;
import java.io.IOException;
import java.net.http.HttpResponse;

/** Writes to the lab's node, which asks each write's precondition of its own world again. */
public final class LocalActuator implements Actuator {
  private final NodeClient node;
  private final LocalObserver observer;

  private record Done(Outcome outcome) {}

  /**
   * @param observer whose last look says which release's checks are meant
   */
  public LocalActuator(NodeClient node, LocalObserver observer) {
    this.node = node;
    this.observer = observer;
  }

  @Override
  public Outcome apply(Write write) {
    String body;
    try {
      body = node.json().writerFor(Write.class).writeValueAsString(write);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a write is always JSON: " + write, e);
    }
    try {
      HttpResponse<byte[]> answer = node.send("/writes" + NodeClient.of(observer.release()), body);
      return switch (answer.statusCode()) {
        case 200, 409 -> node.json().readValue(answer.body(), Done.class).outcome();
        case 400, 401, 404, 413 -> new Outcome.Refused(node.error(answer));
        default -> new Outcome.Unknown(node.error(answer));
      };
    } catch (IOException e) {
      return new Outcome.Unknown(String.valueOf(e.getMessage()));
    }
  }
}
