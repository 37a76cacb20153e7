package dev.sluice.api;

import dev.sluice.api.Notify.CloudEvents;
import dev.sluice.api.Notify.Email;
import dev.sluice.api.Notify.Login;
import dev.sluice.api.Notify.Mode;
import dev.sluice.api.Notify.Occasion;
import dev.sluice.api.Notify.Slack;
import dev.sluice.api.Notify.Teams;
import dev.sluice.api.Notify.Tls;
import dev.sluice.api.Notify.Webhook;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads who is told of releases. */
final class NotifyReader {
  static final int TARGETS = 8;
  static final int ADDRESSES = 16;

  /** Neither a user nor a query: what is secret is in a Secret. */
  static final Pattern URL =
      Pattern.compile("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[!-\"$->@-~]*)?");

  static final Pattern HOST = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
  static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,189}");
  static final Pattern USER = Pattern.compile("[!-~]{1,254}");

  static final String ONE_KIND = "write exactly one of slack, teams, webhook, cloudEvents, email";
  static final String ONE_URL = "write url, or secret where the URL must not be read by everybody";
  static final String URL_MEND =
      "write a URL like https://hooks.example/releases, without user and query; one with a token"
          + " belongs into a Secret: secret: { name: …, key: … }";
  static final String ADDRESS_MEND = "write an address like team@shop.example";
  static final String TOKEN_BY_HTTPS = "a token is sent by https only; write a URL with https";

  private NotifyReader() {}

  static List<Notify> read(Fields spec) {
    List<Notify> all = new ArrayList<>();
    for (Fields target : spec.objects("notify")) {
      all.add(
          new Notify(
              target.name("name"),
              target.object("slack").map(s -> new Slack(only(s))),
              target.object("teams").map(t -> new Teams(only(t))),
              target.object("webhook").map(NotifyReader::webhook),
              target.object("cloudEvents").map(NotifyReader::cloudEvents),
              target.object("email").map(NotifyReader::email),
              when(target),
              target.parsed(
                  "template",
                  MessageTemplate::parse,
                  "write a text like {{policy}}: {{sentence}}")));
      target.oneOf(ONE_KIND, "slack", "teams", "webhook", "cloudEvents", "email");
      target.end();
    }
    if (all.size() > TARGETS) {
      spec.wrong("notify", "has " + all.size() + " receivers", "write at most " + TARGETS);
    }
    spec.distinct("notify", all.stream().map(Notify::name).toList());
    return all;
  }

  private static SecretKey only(Fields of) {
    SecretKey secret = SecretKey.read(of.needObject("secret", SecretKey.MEND));
    of.end();
    return secret;
  }

  private static Webhook webhook(Fields webhook) {
    Webhook read =
        new Webhook(
            url(webhook),
            webhook.object("secret").map(SecretKey::read),
            SecretKey.read(webhook.needObject("hmac", SecretKey.MEND)));
    webhook.oneOf(ONE_URL, "url", "secret");
    webhook.end();
    return read;
  }

  private static CloudEvents cloudEvents(Fields events) {
    CloudEvents read =
        new CloudEvents(
            url(events),
            events.object("secret").map(SecretKey::read),
            events.word("mode", List.of(Mode.values())).orElse(Mode.STRUCTURED),
            events.object("token").map(SecretKey::read));
    events.oneOf(ONE_URL, "url", "secret");
    if (read.token().isPresent() && read.url().filter(u -> u.startsWith("http:")).isPresent()) {
      events.wrong("token", "would be sent in clear text", TOKEN_BY_HTTPS);
    }
    events.end();
    return read;
  }

  private static Email email(Fields email) {
    String host = matching(email, "host", HOST, "write the SMTP server's name, like mail.example");
    List<String> to = email.texts("to");
    if (to.isEmpty() || to.size() > ADDRESSES) {
      email.wrong("to", "names " + to.size() + " receivers", "write 1 to " + ADDRESSES);
    }
    for (int i = 0; i < to.size(); i++) {
      if (!ADDRESS.matcher(to.get(i)).matches()) {
        email.wrong("to[" + i + "]", "is no address", ADDRESS_MEND);
      }
    }
    Email read =
        new Email(
            host,
            email.integer("port", 1, 65535),
            email.word("tls", List.of(Tls.values())).orElse(Tls.START_TLS),
            email.object("login").map(NotifyReader::login),
            matching(email, "from", ADDRESS, ADDRESS_MEND),
            to);
    email.end();
    return read;
  }

  private static Login login(Fields login) {
    Login read =
        new Login(
            matching(login, "user", USER, "write whose password it is"),
            SecretKey.read(login.needObject("password", SecretKey.MEND)));
    login.end();
    return read;
  }

  private static List<Occasion> when(Fields target) {
    if (!target.has("when")) {
      target.skip("when");
      return Notify.USUAL;
    }
    List<Occasion> read = new ArrayList<>();
    List<String> words = target.texts("when");
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      Optional<Occasion> occasion =
          Arrays.stream(Occasion.values()).filter(o -> Words.of(o).equals(word)).findFirst();
      occasion.ifPresent(read::add);
      if (occasion.isEmpty()) {
        target.wrong(
            "when[" + i + "]",
            "is \"" + word + "\"",
            "write one of "
                + Arrays.stream(Occasion.values())
                    .map(Words::of)
                    .collect(Collectors.joining(", ")));
      }
    }
    if (words.isEmpty()) {
      target.wrong("when", "names none", "write one at least, or leave it out");
    }
    target.distinct("when", words);
    return read;
  }

  private static Optional<String> url(Fields of) {
    Optional<String> url = of.text("url");
    if (url.filter(u -> !URL.matcher(u).matches()).isPresent()) {
      // It is not shown: what is wrong with it may be that it holds a secret.
      of.wrong("url", "cannot be used here", URL_MEND);
    }
    return url;
  }

  private static String matching(Fields of, String field, Pattern form, String mend) {
    String text = of.need(field, mend);
    if (!text.isEmpty() && !form.matcher(text).matches()) {
      of.wrong(field, "cannot be used here", mend);
    }
    return text;
  }
}
