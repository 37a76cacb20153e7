package dev.sluice.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A shop of four pods whose objects are told to a watcher, version after version, as a cluster
 * would write them. What a test says happens at once; {@link #passes} is time.
 */
final class Story {
  static final String STABLE = "aaa";
  static final String CANDIDATE = "bbb";
  static final String SERVICE = "shop";
  private static final String OWN = "shop-candidate";
  private static final int REPLICAS = 4;
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES, JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES)
          .build();

  final Watcher watcher;
  private final Map<String, Version> last = new TreeMap<>();
  private final Map<String, Integer> sizes = new TreeMap<>();
  private final Map<String, List<String>> pods = new TreeMap<>();
  private final TreeSet<String> owned = new TreeSet<>();
  private final ArrayNode decisions = JSON.createArrayNode();
  private Instant now = Instant.parse("2026-01-01T12:00:00Z");
  private long revision;
  private int made;
  private int number;
  private int generation = 1;
  private int replicas = REPLICAS;
  private String spec;
  private String template = STABLE;
  private String stable = STABLE;
  private String candidate = CANDIDATE;
  private String phase = "";
  private String stage = "";
  private String weight = "0%";
  private String operator = "first";
  private Optional<String> pin = Optional.empty();
  private boolean adopted;
  private boolean held;

  Story(String spec) {
    this.spec = spec;
    this.watcher =
        new Watcher(
            new Shop(
                "test",
                "shop",
                "shop",
                List.of(SERVICE),
                Optional.of(new Shop.Route("HTTPRoute", "shop")),
                Optional.empty()));
    owned.add(STABLE);
    deployment(Writer.USER);
    set(Writer.CLUSTER, STABLE, REPLICAS);
    ready(STABLE, REPLICAS);
    service(Writer.USER);
    budget(Writer.USER);
    route(Writer.USER, "");
  }

  /**
   * Two stages, 5 and 50 %, of 10 s each, a bake of 10 s, and the old version warm for a minute.
   */
  static Story opened() {
    return new Story(
        """
        { services: ['shop'], route: { gateway: {} }, keepWarm: '1m', strategy: { canary: { bake: '10s',
          stages: [{ name: 'small', weight: 5, min: '10s' }, { name: 'half', weight: 50, min: '10s' }] } } }
        """);
  }

  Story adopted() {
    adopted = true;
    service(Writer.SLUICE);
    budget(Writer.SLUICE);
    route(Writer.SLUICE, "");
    deployment(Writer.SLUICE);
    says("idle", "", "");
    return this;
  }

  /** A release of the second version, with its pods ready and the route told of it. */
  Story prepared() {
    return adopted()
        .deploys(CANDIDATE)
        .checking()
        .pins(STABLE)
        .candidate(1)
        .ready(CANDIDATE, 1)
        .split(0);
  }

  /** As {@link #prepared}, by a route of other rules. */
  Story prepared(String mark, String rules) {
    adopted = true;
    deployment(Writer.SLUICE);
    deploys(CANDIDATE).checking().pins(STABLE).candidate(1).ready(CANDIDATE, 1);
    ownService();
    return route(Writer.SLUICE, mark, rules);
  }

  Story atSmall() {
    return prepared().shifting("small", "5%").split(50);
  }

  Story atHalf() {
    return atSmall().passes(11).shifting("half", "50%").candidate(2).ready(CANDIDATE, 2).split(500);
  }

  Story baking() {
    return atHalf()
        .passes(11)
        .says("Baking", "bake", "100%")
        .candidate(4)
        .ready(CANDIDATE, 4)
        .pins(CANDIDATE)
        .split(0);
  }

  Story handingOver() {
    return baking().passes(11).says("HandingOver", "", "100%").noSplit();
  }

  Story succeeded() {
    return handingOver()
        .out(STABLE)
        .in(CANDIDATE)
        .released()
        .says("Succeeded", "", "0%")
        .noOwnService();
  }

  /** Users change the template, and the API server holds it in that write. */
  Story deploys(String hash) {
    template = hash;
    held = adopted;
    return deployment(Writer.USER);
  }

  Story checking() {
    return checking(STABLE, CANDIDATE);
  }

  Story checking(String from, String to) {
    return begins(from, to, "Checking");
  }

  /** Another release, in that phase. */
  Story begins(String from, String to, String first) {
    number++;
    stable = from;
    candidate = to;
    decisions.removeAll();
    return says(first, "", "0%");
  }

  Story shifting(String name, String share) {
    return says("Shifting", name, share);
  }

  Story says(String where, String name, String share) {
    phase = where.equals("idle") ? phase : where;
    stage = name;
    weight = share.isEmpty() ? "0%" : share;
    policy();
    return number == 0 ? this : release();
  }

  Story by(String process) {
    operator = process;
    return policy();
  }

  Story asks(String other) {
    spec = other;
    generation++;
    return policy();
  }

  Story decides(String code, String sentence) {
    decisions.addObject().put("at", now.toString()).put("reason", code).put("message", sentence);
    return release();
  }

  Story commands(String action) {
    return told(
        Writer.USER,
        "ReleaseCommand",
        "{ metadata: { name: 'c%d', uid: 'c%d' }, spec: { release: 'shop-%d', action: '%s' } }"
            .formatted(revision, revision, number, action));
  }

  Story pins(String hash) {
    pin = Optional.of(hash);
    service(Writer.SLUICE);
    return budget(Writer.SLUICE);
  }

  Story unpins() {
    pin = Optional.empty();
    service(Writer.SLUICE);
    return budget(Writer.SLUICE);
  }

  Story candidate(int size) {
    return set(Writer.SLUICE, candidate, size);
  }

  /** A set leaves the Deployment. */
  Story out(String hash) {
    owned.remove(hash);
    return set(Writer.SLUICE, hash, sizes.getOrDefault(hash, 0));
  }

  Story in(String hash) {
    owned.add(hash);
    return set(Writer.SLUICE, hash, sizes.getOrDefault(hash, 0));
  }

  Story released() {
    held = false;
    return deployment(Writer.SLUICE);
  }

  Story scales(int size) {
    replicas = size;
    return deployment(Writer.USER);
  }

  /** So many pods of it are ready, one more or one less at a time. */
  Story ready(String hash, int count) {
    List<String> all = pods.computeIfAbsent(hash, _ -> new ArrayList<>());
    while (all.size() < count) {
      all.add(hash + "-" + made++);
      pod(all.getLast(), hash, false, false);
      pod(all.getLast(), hash, true, false);
    }
    while (all.size() > count) {
      pod(all.removeLast(), hash, true, true);
    }
    return this;
  }

  Story split(int perMille) {
    ownService();
    return route(Writer.SLUICE, "shop %s %d 1000 1".formatted(OWN, perMille));
  }

  Story noSplit() {
    return route(Writer.SLUICE, "");
  }

  Story passes(int seconds) {
    now = now.plusSeconds(seconds);
    return this;
  }

  /** Something happens that is of no interest, so that it is known how late it is. */
  Story nothing() {
    return told(Writer.USER, "ConfigMap", "{ metadata: { name: 'other' } }");
  }

  List<Violation> violations() {
    return watcher.violations();
  }

  /** Invariants that were broken, each once. */
  List<String> broken() {
    return violations().stream().map(Violation::invariant).distinct().toList();
  }

  Story deployment(Writer writer) {
    return told(writer, "Deployment", deployment(held));
  }

  String deployment(boolean paused) {
    return """
        { metadata: { name: 'shop', uid: 'd', generation: %d, labels: { app: 'shop'%s%s } },
          spec: { replicas: %d, %s selector: { matchLabels: { app: 'shop' } }, template: { image: '%s' } } }
        """
        .formatted(
            revision,
            adopted ? ", 'sluice.dev/policy': 'shop'" : "",
            held ? ", 'sluice.dev/held': 'true'" : "",
            replicas,
            paused ? "paused: true," : "",
            template);
  }

  Story set(Writer writer, String hash, int size) {
    sizes.put(hash, size);
    String labels = owned.contains(hash) ? "app: 'shop'" : "'sluice.dev/track': 'candidate'";
    return told(
        writer,
        "ReplicaSet",
        """
        { metadata: { name: 'shop-%s', labels: { %s, 'pod-template-hash': '%s' },
            ownerReferences: [{ kind: 'Deployment', name: 'shop', uid: 'd' }] },
          spec: { replicas: %d } }
        """
            .formatted(hash, labels, hash, size));
  }

  private void pod(String name, String hash, boolean ready, boolean gone) {
    String json =
        """
        { metadata: { name: '%s', uid: '%s', labels: { app: 'shop', 'pod-template-hash': '%s' } },
          status: { phase: 'Running', conditions: [{ type: 'Ready', status: '%s' }] } }
        """
            .formatted(name, name, hash, ready ? "True" : "False");
    told(Writer.CLUSTER, "Pod", json, gone);
  }

  Story service(Writer writer) {
    return service(writer, pin.map(h -> ", 'pod-template-hash': '" + h + "'").orElse(""));
  }

  /**
   * @param more that the selector says
   */
  Story service(Writer writer, String more) {
    return told(
        writer,
        "Service",
        "{ metadata: { name: 'shop' %s }, spec: { selector: { app: 'shop' %s }, ports: [80] } }"
            .formatted(marks(), more));
  }

  Story budget(Writer writer) {
    return told(
        writer,
        "PodDisruptionBudget",
        "{ metadata: { name: 'shop' %s }, spec: { minAvailable: 3, selector: { matchLabels: { app: 'shop' %s } } } }"
            .formatted(marks(), pin.map(h -> ", 'pod-template-hash': '" + h + "'").orElse("")));
  }

  private String marks() {
    return (adopted ? ", labels: { 'sluice.dev/policy': 'shop' }" : "")
        + pin.map(h -> ", annotations: { 'sluice.dev/pin': '" + h + "' }").orElse("");
  }

  private void ownService() {
    told(
        Writer.SLUICE,
        "Service",
        "{ metadata: { name: '%s', labels: { 'sluice.dev/track': 'candidate' } }, spec: { selector: { app: 'shop', 'pod-template-hash': '%s' } } }"
            .formatted(OWN, candidate));
  }

  Story noOwnService() {
    return told(Writer.SLUICE, "Service", "{ metadata: { name: '%s' } }".formatted(OWN), true);
  }

  /**
   * @param mark of the split; empty: none
   */
  Story route(Writer writer, String mark) {
    String backends = "[{ name: 'shop', port: 80 }]";
    if (!mark.isEmpty()) {
      int share = Integer.parseInt(mark.split(" ", -1)[2]);
      backends =
          "[{ name: 'shop', port: 80, weight: %d }, { name: '%s', port: 80, weight: %d }]"
              .formatted(1000 - share, OWN, share);
    }
    return route(
        writer, mark, "[{ matches: [{ path: '/' }], backendRefs: %s }]".formatted(backends));
  }

  Story route(Writer writer, String mark, String rules) {
    Map<String, String> annotations = new LinkedHashMap<>();
    if (!mark.isEmpty()) {
      annotations.put("sluice.dev/split", mark);
    }
    return route(writer, annotations, rules);
  }

  Story route(Writer writer, Map<String, String> annotations, String rules) {
    return told(
        writer,
        "HTTPRoute",
        "{ metadata: { name: 'shop', labels: %s, annotations: %s }, spec: { hostnames: ['shop.test'], rules: %s } }"
            .formatted(
                adopted ? "{ 'sluice.dev/policy': 'shop' }" : "{}",
                JSON.valueToTree(annotations),
                rules));
  }

  Story policy() {
    boolean runs =
        !phase.isEmpty()
            && !List.of("Succeeded", "Aborted", "Reverted", "Superseded").contains(phase);
    return told(
        Writer.SLUICE,
        "ReleasePolicy",
        """
        { metadata: { name: 'shop', uid: 'p', generation: %d, finalizers: ['sluice.dev/leave'] }, spec: %s,
          status: { phase: '%s', stage: '%s', weight: '%s', release: '%s', reason: 'so', message: 'It is so.',
            conditions: [{ type: 'Ready', status: '%s' }, { type: 'Reconciling', status: '%s' }],
            state: { writer: '%s' } } }
        """
            .formatted(
                generation,
                spec,
                phase,
                stage,
                weight,
                number == 0 ? "" : "shop-" + number,
                runs ? "False" : "True",
                runs ? "True" : "False",
                operator));
  }

  Story policyIsGone() {
    return told(Writer.SLUICE, "ReleasePolicy", "{ metadata: { name: 'shop', uid: 'p' } }", true);
  }

  private Story release() {
    return told(
        Writer.SLUICE,
        "Release",
        "{ metadata: { name: 'shop-%d' }, spec: { stableHash: '%s', candidateHash: '%s' }, status: { phase: '%s', condition: 'Moving', decisions: %s } }"
            .formatted(number, stable, candidate, phase, decisions));
  }

  Story told(Writer writer, String kind, String json) {
    return told(writer, kind, json, false);
  }

  Story told(Writer writer, String kind, String json, boolean deleted) {
    Version version = new Version(now, ++revision, kind, deleted, read(json));
    last.put(kind, version);
    watcher.saw(version, writer);
    return this;
  }

  /** The last version of that kind. */
  Version last(String kind) {
    return Optional.ofNullable(last.get(kind)).orElseThrow();
  }

  static JsonNode read(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  static ObjectNode object(String json) {
    return (ObjectNode) read(json);
  }
}
