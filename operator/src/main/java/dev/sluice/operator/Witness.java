package dev.sluice.operator;

import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.engine.decide.StageLabel;
import dev.sluice.engine.evidence.Arming;
import dev.sluice.engine.evidence.Background;
import dev.sluice.engine.evidence.Calibration;
import dev.sluice.engine.evidence.Deltas;
import dev.sluice.engine.evidence.Judge;
import dev.sluice.engine.evidence.Ledger;
import dev.sluice.engine.evidence.Placebo;
import dev.sluice.engine.evidence.PodSample;
import dev.sluice.engine.evidence.RawCounters;
import dev.sluice.engine.evidence.Sample;
import dev.sluice.engine.evidence.Sieve;
import dev.sluice.engine.evidence.Tick;
import dev.sluice.engine.evidence.Verdict;
import dev.sluice.engine.model.Share;
import dev.sluice.engine.model.Track;
import dev.sluice.engine.port.EvidenceSource;
import dev.sluice.engine.world.PodSet;
import dev.sluice.engine.world.World;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Turns counters into ticks, ticks into the ledger, and the ledger into a verdict. */
final class Witness {
  /** The name of a set's counters at the gateway, among those of the pods. */
  private static final String EDGE = "edge/";

  private static final RawCounters.Reading NO_REQUEST = RawCounters.Reading.rate(0, 0);

  /** Of time that is no one stage's; none is called so. */
  private static final String SEVERAL = "several stages";

  /** So many readings in a row that failed are silence. */
  private static final int SILENT = 3;

  private final Plan plan;
  private final EvidenceSource source;
  private final Duration tick;
  private final Listener listener;
  private final Placebo placebo;
  private final StableHistory history;
  private final Unreached unreached;

  /** Of the release that runs. */
  private Sieve sieve;

  private Optional<Instant> lookedAt = Optional.empty();
  private Optional<String> lookedIn = Optional.empty();
  private Optional<String> uncounted = Optional.empty();
  private List<String> silent = List.of();
  private Map<String, List<String>> unknown = Map.of();
  private int unread;

  Witness(
      Plan plan, EvidenceSource source, Duration tick, RandomGenerator random, Listener listener) {
    this.plan = plan;
    this.source = source;
    this.tick = tick;
    this.listener = listener;
    this.sieve = new Sieve(plan.spec().analysis());
    this.history = new StableHistory(plan.spec().analysis());
    this.unreached = new Unreached(plan);
    this.placebo = new Placebo(plan.spec().analysis(), StableHistory.BLOCK, random);
  }

  /**
   * When the counters are to be read next: at each tick, and whenever a stage begins, so that what
   * was counted before counts for what was before.
   */
  Instant due(Saved saved, Instant now) {
    boolean another = lookedIn.filter(stage(saved)::equals).isEmpty();
    if (another || lookedAt.filter(at -> !now.isBefore(at)).isEmpty()) {
      return now;
    }
    return lookedAt.get().plus(saved.memory().running().isPresent() ? tick : StableHistory.BLOCK);
  }

  /**
   * Reads the counters and folds what was counted since they were last read.
   *
   * @throws IOException if they cannot be read; the next reading covers the gap
   */
  Saved read(Saved saved, World world, Instant now) throws IOException {
    lookedAt = Optional.of(now);
    // Of a process before this one only the last tick's stage is known.
    String since = lookedIn.orElse(saved.ledger().stage());
    lookedIn = Optional.of(stage(saved));
    // After readings that failed it may have been in several since the last one that did not.
    uncounted =
        Optional.of(uncounted.filter(s -> !s.equals(since)).map(_ -> SEVERAL).orElse(since));
    unread++;
    EvidenceSource.Reading reading = source.read(world);
    String in = uncounted.orElseThrow();
    uncounted = Optional.empty();
    unread = 0;
    silent = reading.silent();
    unknown = reading.unknown();
    Optional<Instant> at = Optional.of(reading.at());
    Duration length = saved.readAt().map(then -> between(then, reading.at())).orElse(Duration.ZERO);
    if (length.isZero() && saved.readAt().isPresent()) {
      // The clock went back: what was counted waits for the next tick.
      return saved.read(saved.seq(), saved.ledger(), saved.counters(), at);
    }
    Deltas deltas = deltas(saved, world, reading);
    List<PodSample> pods = new ArrayList<>();
    Map<Track, Sample.Rate> edge = new HashMap<>();
    Map<String, Track> tracks = tracks(saved, world);
    boolean starting = saved.memory().running().filter(r -> r.phase().beforeTraffic()).isPresent();
    tracks.forEach(
        (hash, track) -> {
          for (EvidenceSource.Pod pod : reading.pods()) {
            if (pod.hash().equals(hash) && !(starting && unread(pod, track))) {
              Map<String, Sample> counted = deltas.samples().getOrDefault(pod.name(), Map.of());
              pods.add(new PodSample(track, pod.name(), pod.age(), counted));
            }
          }
          if (!reading.edge().isEmpty()) {
            Sample sent = deltas.samples().getOrDefault(EDGE + hash, Map.of()).get("edge");
            edge.put(track, sent instanceof Sample.Rate rate ? rate : new Sample.Rate(0, 0));
          }
        });
    Map<Track, Set<String>> mixed = mixed(reading, tracks);
    Apart apart =
        saved
            .apart()
            .read(unreached.heard(saved, world, reading, deltas, length, mixed), mixed.values());
    Counted counted =
        new Counted(in, length, pods, edge, queried(reading.queried(), tracks), mixed);
    Saved next = fold(saved.with(apart), world, counted, deltas.next(), now);
    return next.read(next.seq(), next.ledger(), deltas.next(), at);
  }

  private String stage(Saved saved) {
    return saved.memory().running().map(run -> StageLabel.of(run, plan)).orElse("");
  }

  /** What should have been read the last time and was not; empty: nothing. */
  Optional<String> missing() {
    return silent.isEmpty() ? Optional.empty() : Optional.of(String.join(" ", silent));
  }

  /** Of one stretch of time, in the stage that was on in it. */
  private record Counted(
      String stage,
      Duration length,
      List<PodSample> pods,
      Map<Track, Sample.Rate> edge,
      Map<String, Map<Track, Sample.Rate>> queried,
      Map<Track, Set<String>> mixed) {}

  /** Of a track what is mixed of any of its pods. */
  private static Map<Track, Set<String>> mixed(
      EvidenceSource.Reading reading, Map<String, Track> tracks) {
    Map<Track, Set<String>> mixed = new EnumMap<>(Track.class);
    tracks.forEach(
        (hash, track) ->
            mixed.put(
                track,
                reading.pods().stream()
                    .filter(pod -> pod.hash().equals(hash))
                    .flatMap(pod -> pod.mixed().stream())
                    .collect(Collectors.toSet())));
    return mixed;
  }

  /**
   * What is known of one track only is left out: the other's counts of that time have nothing to be
   * compared with, and to keep them would compare different stretches of time.
   */
  private static Map<String, Map<Track, Sample.Rate>> queried(
      Map<String, Map<String, Sample.Rate>> bySet, Map<String, Track> tracks) {
    Map<String, Map<Track, Sample.Rate>> both = new HashMap<>();
    bySet.forEach(
        (metric, sets) -> {
          Map<Track, Sample.Rate> counted = new EnumMap<>(Track.class);
          tracks.forEach(
              (hash, track) -> {
                Sample.Rate rate = sets.get(hash);
                if (rate != null) {
                  counted.put(track, rate);
                }
              });
          if (counted.size() == Track.values().length) {
            both.put(metric, Map.copyOf(counted));
          }
        });
    return both;
  }

  /** A pod of the candidate that is still starting has nothing to say, which is not silence. */
  private static boolean unread(EvidenceSource.Pod pod, Track track) {
    return track == Track.CANDIDATE && pod.metrics().isEmpty();
  }

  /** A set that the gateway has sent nothing to yet has a count of zero, not none. */
  private static Deltas deltas(Saved saved, World world, EvidenceSource.Reading reading) {
    Set<String> listed = new HashSet<>();
    Map<String, Map<String, RawCounters.Reading>> counters = new HashMap<>();
    for (EvidenceSource.Pod pod : reading.pods()) {
      listed.add(pod.name());
      if (!pod.metrics().isEmpty()) {
        counters.put(pod.name(), pod.metrics());
      }
    }
    if (!reading.edge().isEmpty()) {
      for (PodSet set : world.sets()) {
        String name = EDGE + set.hash();
        listed.add(name);
        counters.put(name, Map.of("edge", reading.edge().getOrDefault(set.hash(), NO_REQUEST)));
      }
    }
    return Deltas.between(saved.counters(), listed, counters);
  }

  /**
   * A judge of a release that begins now, from what stable showed before: to this process, or, as
   * long as that is less than a whole past, to the one before.
   */
  Saved begin(Saved saved, Run run, Instant now) {
    String stable = run.versions().stableHash();
    Background background = saved.apart().next();
    List<Tick> past = history.past(stable, background);
    sieve = new Sieve(plan.spec().analysis());
    listener.judgeBegins(run, past);
    Calibration calibration =
        saved
            .past()
            .filter(known -> !history.isWhole(stable) && known.serves(stable, background, now))
            .map(Past::calibration)
            .orElseGet(() -> Calibration.of(past, plan.spec().analysis()));
    return saved.begun(empty(), calibration);
  }

  /** What the ledger says of the stage that the release is in. */
  Verdict verdict(Saved saved) {
    Verdict verdict =
        SavedVerdict.of(plan, saved, tick, source.weightAccuracy()).withUnknown(unknown(saved));
    // Nothing can be read of either version: that is no sign against the candidate.
    return unread >= SILENT && saved.memory().running().isPresent()
        ? verdict.ofAnotherStage(false, true)
        : verdict;
  }

  private List<String> unknown(Saved saved) {
    return saved.memory().running().map(Run::versions).stream()
        .flatMap(versions -> Stream.of(versions.hash(), versions.stableHash()))
        .flatMap(hash -> unknown.getOrDefault(hash, List.of()).stream())
        .distinct()
        .toList();
  }

  /** A ledger without any evidence, under careful guesses. */
  Ledger empty() {
    return judge(Calibration.none(), Shown.nothing(plan.spec().analysis())).empty();
  }

  /** Placebo releases over what stable counted lately, each time there is enough of it. */
  private Saved played(Saved saved, Instant now) {
    Background background = saved.apart().next();
    Arming before = saved.shown().arming();
    Arming after = history.play(before, placebo, background);
    Shown shown = after.equals(before) ? saved.shown() : saved.shown().with(after, now);
    return saved.learned(shown, history.known(saved.past(), background, now));
  }

  private Saved fold(Saved saved, World world, Counted counted, RawCounters counters, Instant now) {
    if (counted.length().isZero()) {
      return saved;
    }
    long seq = saved.seq() + 1;
    Optional<Run> running = saved.memory().running();
    if (running.isEmpty()) {
      if (!counted.pods().isEmpty()) {
        serving(world)
            .ifPresent(
                set ->
                    history.add(
                        set.hash(),
                        seq,
                        counted.length(),
                        counted.pods(),
                        counted.mixed().getOrDefault(Track.STABLE, Set.of())));
      }
      Saved read = saved.read(seq, saved.ledger(), counters, saved.readAt());
      return played(read, now);
    }
    Run run = running.get();
    boolean whole = counted.stage().equals(StageLabel.of(run, plan));
    Share weight = whole ? StageLabel.served(run, world) : new Share(saved.ledger().perMille());
    Tick all =
        new Tick(
            seq,
            counted.length(),
            counted.stage(),
            weight,
            counted.pods(),
            counted.edge(),
            counted.queried());
    Tick next = sieve.users(all, saved.apart().judged(), counted.mixed());
    Ledger folded = saved.ledger().fold(judge(saved.calibration(), saved.shown()), next);
    listener.judgeRead(run, next, source.weightAccuracy());
    return saved.read(seq, folded, counters, saved.readAt());
  }

  private Judge judge(Calibration calibration, Shown shown) {
    return SavedVerdict.judge(plan, calibration, shown, tick, source.weightAccuracy());
  }

  private static Map<String, Track> tracks(Saved saved, World world) {
    Optional<Run> running = saved.memory().running();
    if (running.isPresent()) {
      Run.Versions versions = running.get().versions();
      return Map.of(versions.hash(), Track.CANDIDATE, versions.stableHash(), Track.STABLE);
    }
    return serving(world).map(set -> Map.of(set.hash(), Track.STABLE)).orElse(Map.of());
  }

  private static Optional<PodSet> serving(World world) {
    List<PodSet> active = world.activeInDeployment();
    return active.size() == 1 ? Optional.of(active.getFirst()) : Optional.empty();
  }

  /** A clock that went back has counted no time. */
  private static Duration between(Instant from, Instant to) {
    Duration passed = Duration.between(from, to);
    return passed.isNegative() ? Duration.ZERO : passed;
  }
}
