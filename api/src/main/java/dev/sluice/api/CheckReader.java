package dev.sluice.api;

import com.google.re2j.PatternSyntaxException;
import dev.sluice.api.PolicyCheck.Answer;
import dev.sluice.api.PolicyCheck.Header;
import dev.sluice.api.PolicyCheck.Http;
import dev.sluice.api.PolicyCheck.Job;
import dev.sluice.api.PolicyCheck.Webhook;
import dev.sluice.engine.model.CheckSpec;
import dev.sluice.engine.model.CheckSpec.Moment;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads what must say yes at which moment. */
final class CheckReader {
  static final int HEADERS = 16;

  /** Characters of what is sent. */
  static final int BODY = 8192;

  static final Pattern METHOD = Pattern.compile("(GET|POST|HEAD)");

  /** A field's value (RFC 9110) of plain characters, with none at its ends that would be lost. */
  static final Pattern VALUE = Pattern.compile("([!-~]([ -~]*[!-~])?)?");

  static final Pattern URL = Pattern.compile("https?://[!-~]+");
  static final Duration LONGEST_ANSWER = Duration.ofMinutes(1);

  /** A client writes these by itself, or they belong to the connection. */
  static final List<String> NOT_OURS =
      List.of("connection", "content-length", "expect", "host", "transfer-encoding", "upgrade");

  private static final String KINDS =
      "write exactly one of http: { path: /readyz }, job: { cronJob: NAME }, webhook: { url: … }";

  private CheckReader() {}

  static List<PolicyCheck> read(Fields spec, PolicySpec.Strategy strategy) {
    Set<String> stages = new HashSet<>(StrategyReader.stageNames(strategy));
    List<PolicyCheck> checks = new ArrayList<>();
    for (Fields check : spec.objects("checks")) {
      String name = check.name("name");
      if (CheckSpec.isRehearsal(name)) {
        check.wrong(
            "name",
            "is \"" + name + "\", as the rehearsal of the way back is called",
            "write another name");
      }
      Moment at =
          check
              .required(
                  check.word("at", List.of(Moment.values())),
                  "at",
                  "write when, like at: BeforeTraffic")
              .orElse(Moment.BEFORE_TRAFFIC);
      Optional<String> stage = stage(check, at, stages);
      Duration timeout =
          PolicyReader.positive(check, "timeout", Duration.ofHours(1))
              .orElse(Duration.ofSeconds(30));
      Optional<Http> http = check.object("http").map(CheckReader::http);
      Optional<Job> job = check.object("job").map(CheckReader::job);
      Optional<Webhook> webhook = check.object("webhook").map(CheckReader::webhook);
      check.oneOf(KINDS, "http", "job", "webhook");
      check.end();
      checks.add(new PolicyCheck(name, at, stage, timeout, http, job, webhook));
    }
    spec.distinct("checks", checks.stream().map(PolicyCheck::name).toList());
    return checks;
  }

  private static Optional<String> stage(Fields check, Moment at, Set<String> stages) {
    Optional<String> stage = check.text("stage");
    if (stage.isPresent() && at != Moment.BEFORE_STAGE) {
      check.wrong("stage", "is said for " + Words.of(at), "write at: BeforeStage, or no stage");
    } else if (stage.isEmpty() && at == Moment.BEFORE_STAGE && check.sound()) {
      check.wrong("stage", "is missing", "write which stage it stands before");
    } else if (stage.isPresent() && !stages.isEmpty() && !stages.contains(stage.get())) {
      check.wrong(
          "stage",
          "is \"" + stage.get() + "\", which is no stage",
          "write one of " + String.join(", ", stages.stream().sorted().toList()));
    }
    return stage;
  }

  private static Http http(Fields http) {
    String path = http.text("path").orElse("/readyz");
    if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      http.wrong("path", "is \"" + path + "\"", "write a path like /readyz, percent-encoded");
    }
    String method = formed(http, "method", METHOD, "write GET, POST or HEAD").orElse("GET");
    Optional<String> body = http.text("body");
    if (body.isPresent() && !method.equals("POST")) {
      http.wrong("body", "is said for " + method, "write method: POST, or no body");
    }
    if (body.filter(b -> b.length() > BODY).isPresent()) {
      http.wrong("body", "is too long", "write at most " + BODY + " characters");
    }
    Optional<Answer> answer = http.object("answer").map(CheckReader::answer);
    if (method.equals("HEAD")
        && answer.filter(a -> a.contains().or(a::matches).isPresent()).isPresent()) {
      http.wrong("answer", "asks for a body, and HEAD gets none", "write method: GET");
    }
    Http read =
        new Http(
            path,
            http.integer("expect", 100, 599).orElse(200),
            http.integer("port", 1, 65535),
            method,
            headers(http),
            body,
            answer,
            http.integer("times", 1, 100).orElse(1));
    http.end();
    return read;
  }

  private static List<Header> headers(Fields http) {
    List<Header> headers = new ArrayList<>();
    for (Fields header : http.objects("headers")) {
      Header read = header(header);
      if (NOT_OURS.contains(read.name().toLowerCase(Locale.ROOT))) {
        header.wrong(
            "name", "is \"" + read.name() + "\", which the client writes itself", "leave it out");
      }
      headers.add(read);
    }
    if (headers.size() > HEADERS) {
      http.wrong("headers", "has " + headers.size(), "write at most " + HEADERS);
    }
    return headers;
  }

  private static Header header(Fields header) {
    String token = "write a header's name, like x-canary";
    String name = header.need("name", token);
    if (!name.isEmpty() && (name.length() > 128 || !StrategyReader.TOKEN.matcher(name).matches())) {
      header.wrong("name", "is \"" + name + "\"", token);
    }
    String plain = "write plain characters, at most 1024";
    String value = header.need("value", plain);
    if (value.length() > 1024 || !VALUE.matcher(value).matches()) {
      header.wrong("value", "cannot be sent", plain);
    }
    header.end();
    return new Header(name, value);
  }

  private static Answer answer(Fields answer) {
    Optional<String> contains = answer.text("contains");
    Optional<String> matches = answer.text("matches");
    matches.ifPresent(pattern -> compiles(answer, pattern));
    Answer read =
        new Answer(
            contains,
            matches,
            answer.object("header").map(CheckReader::header),
            PolicyReader.positive(answer, "within", LONGEST_ANSWER));
    answer.end();
    return read;
  }

  /** RE2 takes a time that grows with the body alone, whatever the pattern is. */
  private static void compiles(Fields answer, String pattern) {
    try {
      var _ = com.google.re2j.Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      answer.wrong(
          "matches", "is no pattern: " + e.getDescription(), "write a pattern as RE2 reads it");
    }
  }

  private static Job job(Fields job) {
    Job read = new Job(job.name("cronJob"));
    job.end();
    return read;
  }

  private static Webhook webhook(Fields webhook) {
    String mend = "write where to, like https://gate.example.com/canary";
    String url = webhook.need("url", mend);
    if (!url.isEmpty() && !isUrl(url)) {
      // It may hold a token: it is not said again.
      webhook.wrong("url", "is no URL of http or https without user and fragment", mend);
    }
    Optional<SecretKey> hmac = webhook.object("hmac").map(SecretKey::read);
    webhook.end();
    return new Webhook(url, hmac);
  }

  private static boolean isUrl(String text) {
    try {
      URI url = new URI(text);
      return URL.matcher(text).matches()
          && text.length() <= 1024
          && url.getHost() != null
          && url.getRawUserInfo() == null
          && url.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static Optional<String> formed(Fields fields, String field, Pattern form, String mend) {
    Optional<String> text = fields.text(field);
    text.filter(t -> !form.matcher(t).matches())
        .ifPresent(t -> fields.wrong(field, "is \"" + t + "\"", mend));
    return text;
  }
}
