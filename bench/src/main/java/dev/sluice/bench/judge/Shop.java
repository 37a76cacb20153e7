package dev.sluice.bench.judge;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A simulated day of a service with ten pods and a candidate of as many as its weight needs:
 * traffic that swings over hours and moves by the minute, errors in bursts that all pods share in
 * part, latency alike. Deviations are those at any one time, whatever the tick.
 */
final class Shop {
  private static final int PODS = 10;
  private static final double OLD = 3600;

  /** Above this share errors come one by one: everything fails, not what shares a connection. */
  private static final double OUTAGE = 0.05;

  private static final int OVER_HALF_A_SECOND = 2;

  private final Scenario scenario;
  private final double seconds;
  private final Dice dice;

  /** Apart, so that the same day has the same requests, whether or not levels are judged. */
  private final Dice levels;

  private final Dice checks;
  private final Dice exposure;

  private final double phase;
  private final Wave load;
  private final Wave mood;
  private final Wave pace;
  private final List<Pod> stable = new ArrayList<>();
  private final List<Pod> candidate = new ArrayList<>();
  private final Deque<List<Moment.Pod>> late = new ArrayDeque<>();
  private final Deque<Double> unserved = new ArrayDeque<>();
  private double served;
  private double now;

  /**
   * @param history seconds before the release that are simulated first
   * @param seconds of a tick
   */
  Shop(Scenario scenario, long seed, double history, double seconds) {
    this.scenario = scenario;
    this.seconds = seconds;
    this.dice = new Dice(seed);
    this.levels = new Dice(~seed);
    this.checks = new Dice(31 * seed + 7);
    this.exposure = new Dice(31 * seed + 11);
    this.phase = 2 * Math.PI * dice.uniform();
    this.load = new Wave(dice, 0.8, 0.1, seconds);
    this.mood = new Wave(dice, 0.9, 0.3, seconds);
    this.pace = new Wave(dice, 0.9, 0.05, seconds);
    this.now = -history;
    for (int i = 0; i < PODS; i++) {
      stable.add(new Pod(false, i));
    }
  }

  /** One of the pods, with what makes it differ from the others. */
  private final class Pod {
    final boolean isCandidate;
    final int number;
    final String name;
    final double lean = dice.gaussian(scenario.service().podSpread());
    final double slowness = dice.gaussian(0.03);
    final Wave errors = new Wave(dice, 0.8, 0.25, seconds);
    final Wave latency = new Wave(dice, 0.8, 0.04, seconds);
    final double hunger = levels.gaussian(0.05);
    final Wave cpu = new Wave(levels, 0.5, 0.1, seconds);
    final Wave memory = new Wave(levels, 0.5, 0.05, seconds);
    final double exposed = Math.exp(exposure.gaussian(scenario.service().shockSpread()));
    final Checks asked = new Checks(checks);
    final Deque<Double> sent = new ArrayDeque<>();
    final Deque<Double> pending = new ArrayDeque<>();
    double since;
    Moment.Sum unread = new Moment.Sum();

    Pod(boolean isCandidate, int number) {
      this.isCandidate = isCandidate;
      this.number = number;
      this.name = (isCandidate ? "c" : "s") + number;
      this.since = isCandidate ? now : now - OLD;
    }
  }

  /** What the data plane makes of a weight, both in percent. */
  private double served(double weight) {
    Service.Route route = scenario.service().route();
    unserved.addLast(weight);
    if (unserved.size() * seconds <= route.after() + seconds / 2) {
      return served;
    }
    double target = unserved.removeFirst();
    double moved = route.within() == 0 ? 1 : 1 - Math.exp(-seconds / route.within());
    served += (target - served) * moved;
    return served;
  }

  /** The next tick at this weight, in percent. */
  Moment next(double weight) {
    now += seconds;
    double all =
        scenario.service().perSecond()
            * seconds
            * (1 + 0.3 * Math.sin(2 * Math.PI * now / 7200 + phase))
            * scenario.service().swing().at(now)
            * Math.exp(load.next(dice));
    double share = served(weight) / 100;
    // Pods that are there stay, also at weight 0: the way back is not the end.
    int needed = Math.max(candidate.size(), (int) Math.ceil(PODS * weight / 100 - 1e-9));
    while (candidate.size() < needed) {
      candidate.add(new Pod(true, candidate.size()));
    }
    double shared = mood.next(dice);
    double offset = pace.next(dice);
    Moment.Sum ofCandidate = new Moment.Sum();
    Moment.Sum ofStable = new Moment.Sum();
    double[] edge = new double[4];
    double hurt = 0;
    List<Moment.Pod> pods = new ArrayList<>();
    for (int i = 0; i < needed; i++) {
      hurt +=
          serve(candidate.get(i), all * share / needed, shared, offset, ofCandidate, edge, pods);
    }
    List<Moment.Pod> fresh = new ArrayList<>();
    for (Pod pod : stable) {
      var _ = serve(pod, all * (1 - share) / PODS, shared, offset, ofStable, edge, fresh);
    }
    pods.addAll(scenario.service().staleSeconds() > 0 ? lagging(fresh) : fresh);
    return new Moment(
        now,
        seconds,
        weight,
        pods,
        scenario.edge()
            ? Optional.of(new Moment.Edge(edge[0], edge[1], edge[2], edge[3]))
            : Optional.empty(),
        ofCandidate,
        ofStable,
        hurt);
  }

  /** One pod's requests; gives those that were hurt by what is wrong with the candidate. */
  private double serve(
      Pod pod,
      double mean,
      double shared,
      double offset,
      Moment.Sum sum,
      double[] edge,
      List<Moment.Pod> scraped) {
    double age = now - pod.since;
    Fate.Now both = now > 0 ? scenario.both().at(now, age, pod.number) : Fate.Now.USUAL;
    Fate.Now own =
        (pod.isCandidate ? scenario.candidate() : scenario.stable()).at(now, age, pod.number);
    double usual =
        scenario.service().errors()
            * Math.exp(shared + pod.lean + pod.errors.next(dice))
            * both.factor();
    double befalling = both.points() * pod.exposed;
    double failing = Math.min(1, usual * own.factor() + befalling + own.points());
    double asUsual = offset + pod.slowness + pod.latency.next(dice);
    double slow = asUsual + Math.log(both.slowdown() * own.slowdown());

    Moment.Sum done = answered(due(pod, mean * (1 - own.lost())), slow);
    done.bad = bad(pod, done.total, failing);
    pod.unread.add(done);
    if (scenario.service().mixed()) {
      asked(pod, sum);
    }
    double lost = dice.poisson(mean * own.lost());
    sum.add(done);
    if (scenario.edge()) {
      sum.bad += lost;
      sum.total += lost;
    }
    int at = pod.isCandidate ? 0 : 2;
    edge[at] += done.bad + lost;
    edge[at + 1] += done.total + lost;
    double missed = scenario.service().missed();
    boolean read = missed == 0 || dice.uniform() >= missed;
    scraped.add(
        new Moment.Pod(pod.isCandidate, pod.name, age, read, pod.unread, levels(pod, done, own)));
    pod.unread = read ? new Moment.Sum() : pod.unread;
    double more = Math.max(0, failing - Math.min(1, usual + befalling));
    double slower =
        LatencyLaw.slower(OVER_HALF_A_SECOND, slow)
            - LatencyLaw.slower(OVER_HALF_A_SECOND, slow - Math.log(own.slowdown()));
    return mean * (own.lost() + (1 - own.lost()) * (more + Math.max(0, slower)));
  }

  /** Health checks and scrapes are fast, and good. */
  private void asked(Pod pod, Moment.Sum sum) {
    Moment.Sum others = new Moment.Sum();
    others.total = pod.asked.in(seconds, now);
    others.latency[0] = others.total;
    pod.unread.add(others);
    sum.add(others);
  }

  /** Pods differ by a few percent, and move by a few more; a pod that idles needs a little. */
  private Optional<Moment.Levels> levels(Pod pod, Moment.Sum done, Fate.Now own) {
    if (!scenario.levels()) {
      return Optional.empty();
    }
    double cpu = 0.005 * seconds + 0.01 * done.total * own.cpu();
    return Optional.of(
        new Moment.Levels(
            cpu * Math.exp(pod.hunger + pod.cpu.next(levels)),
            300e6 * own.memory() * Math.exp(pod.hunger + pod.memory.next(levels))));
  }

  /** Of what was sent to a pod until now, what it answers in this tick. */
  private double due(Pod pod, double sent) {
    Service.Answers answers = scenario.service().answers();
    int first = (int) Math.round(answers.from() / seconds);
    int ticks = (int) Math.max(1, Math.round((answers.to() - answers.from()) / seconds));
    // Stable's pods were there long before.
    double before = pod.isCandidate ? 0 : sent;
    while (pod.sent.size() < first + ticks) {
      pod.sent.addLast(before);
    }
    pod.sent.addFirst(sent);
    var _ = pod.sent.removeLast();
    return pod.sent.stream().skip(first).mapToDouble(Double::doubleValue).sum() / ticks;
  }

  private Moment.Sum answered(double mean, double offset) {
    Moment.Sum sum = new Moment.Sum();
    double above = 1;
    for (int i = 0; i < sum.latency.length; i++) {
      double next =
          i == Moment.BOUNDS.length
              ? 0
              : Moment.BOUNDS[i] < scenario.service().answers().from()
                  ? 1
                  : LatencyLaw.slower(i, offset);
      sum.latency[i] = dice.poisson(mean * (above - next));
      above = next;
    }
    sum.total = sum.answered();
    return sum;
  }

  private double bad(Pod pod, double served, double failing) {
    Service service = scenario.service();
    if (failing > OUTAGE) {
      return dice.binomial((int) served, failing);
    }
    double bad = pod.pending.isEmpty() ? 0 : pod.pending.removeFirst();
    double mean = service.burst(now);
    Service.Storm storm = service.storm(now);
    int bursts = dice.poisson(served * failing / mean);
    for (int i = 0; i < bursts; i++) {
      if (storm.share() > 0 && dice.uniform() < storm.share()) {
        bad += smear(pod, storm);
      } else {
        bad += dice.burst(mean);
      }
    }
    return Math.min(served, bad);
  }

  /** What of a storm falls into this tick; the rest comes with the next ones. */
  private double smear(Pod pod, Service.Storm storm) {
    int ticks = (int) Math.max(1, Math.round(storm.seconds() / seconds));
    double part = (double) storm.size() / ticks;
    List<Double> coming = new ArrayList<>(pod.pending);
    pod.pending.clear();
    for (int i = 0; i < Math.max(ticks - 1, coming.size()); i++) {
      double before = i < coming.size() ? coming.get(i) : 0;
      pod.pending.addLast(Math.rint(before + (i < ticks - 1 ? part : 0)));
    }
    return Math.rint(part);
  }

  /** Stable's counters as they were some seconds ago: of two ticks the right parts. */
  private List<Moment.Pod> lagging(List<Moment.Pod> fresh) {
    late.addLast(fresh);
    double ticks = scenario.service().staleSeconds() / seconds;
    int whole = (int) ticks;
    if (late.size() < whole + 2) {
      return fresh.stream()
          .map(
              p ->
                  new Moment.Pod(
                      false, p.name(), p.age(), true, new Moment.Sum(), Optional.empty()))
          .toList();
    }
    while (late.size() > whole + 2) {
      var _ = late.removeFirst();
    }
    List<List<Moment.Pod>> kept = List.copyOf(late);
    double older = ticks - whole;
    List<Moment.Pod> mixed = new ArrayList<>();
    for (int i = 0; i < fresh.size(); i++) {
      Moment.Sum sum = new Moment.Sum();
      sum.add(kept.get(1).get(i).counts(), 1 - older);
      sum.add(kept.get(0).get(i).counts(), older);
      Moment.Pod pod = fresh.get(i);
      mixed.add(new Moment.Pod(false, pod.name(), pod.age(), true, sum, pod.levels()));
    }
    return mixed;
  }
}
