package dev.sluice.api;

import dev.sluice.api.Notify.CloudEvents;
import dev.sluice.api.Notify.Email;
import dev.sluice.api.Notify.Login;
import dev.sluice.api.Notify.Webhook;

/** What the reader of receivers refuses, as the API server can. */
final class NotifyLimits {
  private static final String ONE_URL = "has(self.url) != has(self.secret)";

  private NotifyLimits() {}

  static void on(Limits to) {
    to.component(
        PolicySpec.class, "receivers", s -> s.items(0, NotifyReader.TARGETS).distinct("a.name"));
    to.component(Notify.class, "name", _ -> Schema.name());
    to.component(
        Notify.class, "when", s -> s.items(1, Notify.Occasion.values().length).distinct("a"));
    to.type(
        Notify.class,
        s ->
            s.rule(
                "[has(self.slack), has(self.teams), has(self.webhook), has(self.cloudEvents),"
                    + " has(self.email)].filter(some, some).size() == 1",
                NotifyReader.ONE_KIND));
    to.component(
        SecretKey.class,
        "name",
        s -> s.atMostCharacters(253).form(SecretKey.NAME, "write the Secret's name"));
    to.component(
        SecretKey.class,
        "key",
        s -> s.atMostCharacters(253).form(SecretKey.KEY, "write the key of one of its values"));
    to.type(Webhook.class, s -> s.rule(ONE_URL, NotifyReader.ONE_URL));
    to.component(Webhook.class, "url", NotifyLimits::url);
    to.type(
        CloudEvents.class,
        s ->
            s.rule(ONE_URL, NotifyReader.ONE_URL)
                .rule(
                    "!has(self.token) || !has(self.url) || self.url.startsWith('https:')",
                    NotifyReader.TOKEN_BY_HTTPS));
    to.component(CloudEvents.class, "url", NotifyLimits::url);
    to.component(
        Email.class,
        "host",
        s ->
            s.atMostCharacters(253)
                .form(NotifyReader.HOST, "write the SMTP server's name, like mail.example"));
    to.component(Email.class, "port", s -> s.between(1, 65535));
    to.component(Email.class, "from", NotifyLimits::address);
    to.component(Email.class, "to", s -> s.items(1, NotifyReader.ADDRESSES));
    to.elements(Email.class, "to", NotifyLimits::address);
    to.component(
        Login.class,
        "user",
        s -> s.atMostCharacters(254).form(NotifyReader.USER, "write whose password it is"));
  }

  private static Schema url(Schema schema) {
    return schema.form(NotifyReader.URL, NotifyReader.URL_MEND);
  }

  private static Schema address(Schema schema) {
    return schema.atMostCharacters(254).form(NotifyReader.ADDRESS, NotifyReader.ADDRESS_MEND);
  }
}
