package dev.sluice.probes.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.api.MessageTemplate;
import dev.sluice.api.Notify.CloudEvents;
import dev.sluice.probes.secret.SecretSource.Unreadable;
import dev.sluice.probes.secret.Secrets;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.http.impl.HttpMessageWriter;
import io.cloudevents.jackson.JsonFormat;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A CloudEvent 1.0 by HTTP, written by their own SDK. */
record EventPost(Secrets secrets, CloudEvents to, Optional<MessageTemplate> template)
    implements Posting.Writing {
  @Override
  public Post of(Notice notice, Instant now) throws Unreadable {
    URI url = secrets.url(to.url(), to.secret());
    Map<String, String> headers = new HashMap<>();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    HttpMessageWriter writer = HttpMessageFactory.createWriter(headers::put, body::writeBytes);
    switch (to.mode()) {
      case STRUCTURED -> writer.writeStructured(event(notice), new JsonFormat());
      case BINARY -> writer.writeBinary(event(notice));
    }
    if (to.token().isPresent()) {
      headers.put("Authorization", "Bearer " + secrets.token(to.token().get()));
    }
    return new Post(url, headers, body.toString(UTF_8));
  }

  private CloudEvent event(Notice notice) {
    CloudEventBuilder event =
        CloudEventBuilder.v1()
            .withId(notice.id())
            .withSource(URI.create(notice.source()))
            .withType(notice.type())
            .withTime(notice.at().atOffset(ZoneOffset.UTC))
            .withData("application/json", Texts.json(Texts.data(template, notice)).getBytes(UTF_8));
    notice.release().ifPresent(event::withSubject);
    return event.build();
  }

  @Override
  public void ready() throws Unreadable {
    var _ = secrets.url(to.url(), to.secret());
    if (to.token().isPresent()) {
      var _ = secrets.token(to.token().get());
    }
  }
}
