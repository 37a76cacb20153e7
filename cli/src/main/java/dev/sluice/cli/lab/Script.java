package dev.sluice.cli.lab;

import dev.sluice.cli.Failed;
import dev.sluice.engine.decide.Phase;
import dev.sluice.engine.decide.Plan;
import dev.sluice.engine.decide.Run;
import dev.sluice.local.driver.NodeClient;
import dev.sluice.local.scenario.Scenario;
import dev.sluice.local.scenario.Step;
import dev.sluice.local.scenario.Step.Act;
import dev.sluice.local.scenario.Step.Moment;
import dev.sluice.operator.Decided;
import dev.sluice.operator.Listener.Look;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * Does the scenario's steps, each when its moment has come. How far it is survives a kill; a step
 * that was done and not yet noted is done again, which changes nothing.
 */
final class Script {
  private final Scenario scenario;
  private final Plan plan;
  private final Programs programs;
  private final NodeClient node;
  private final LabFolder folder;
  private Course course;
  private Optional<Instant> moment = Optional.empty();

  Script(LabInput input, Programs programs, NodeClient node, LabFolder folder, Course course) {
    this.scenario = input.scenario();
    this.plan = input.plan();
    this.programs = programs;
    this.node = node;
    this.folder = folder;
    this.course = course;
  }

  Course course() {
    return course;
  }

  /** Whether every step is done and nothing runs any more. */
  boolean over(Look look) {
    return course.done() >= scenario.steps().size()
        && look.saved().memory().running().isEmpty()
        && settled(look);
  }

  /** A version that was deployed last has had its release. */
  private boolean settled(Look look) {
    String template = look.world().workload().template();
    boolean serves =
        look.world().activeInDeployment().stream().anyMatch(s -> s.template().equals(template));
    return serves || look.saved().memory().aborted().contains(template);
  }

  /**
   * @return whether something was done, so that it is worth to look again at once
   */
  boolean advance(Look look, Instant now) throws IOException, Failed {
    Course before = course;
    course = course.seen(look.world(), look.saved().memory().run());
    for (Decided d : look.saved().decisions()) {
      Optional<Phase> end = d.phase().filter(Phase::ended);
      if (end.isPresent() && d.release().isPresent()) {
        course = course.ended(d.release().get(), end.get());
      }
    }
    boolean does = false;
    if (course.done() < scenario.steps().size()) {
      Step step = scenario.steps().get(course.done());
      if (moment.isEmpty() && has(step, look)) {
        moment = Optional.of(step.when().isPresent() ? now : course.since());
      }
      if (moment.filter(m -> !now.isBefore(m.plus(step.after()))).isPresent()) {
        act(step.act(), look);
        course = course.stepped(now);
        moment = Optional.empty();
        does = true;
      }
    }
    if (!course.equals(before)) {
      folder.write(course);
    }
    return does;
  }

  /** What it waits for, for people; empty where it is through. */
  Optional<Step> next() {
    return course.done() < scenario.steps().size()
        ? Optional.of(scenario.steps().get(course.done()))
        : Optional.empty();
  }

  private boolean has(Step step, Look look) {
    Optional<Run> run = look.saved().memory().run();
    if (step.when().isEmpty()) {
      return !(step.act() instanceof Act.Deploy) || look.saved().memory().running().isEmpty();
    }
    return switch (step.when().get()) {
      case Moment.In in -> run.filter(r -> r.phase() == in.phase()).isPresent();
      case Moment.Stands stands ->
          run.isPresent() && look.saved().condition() == stands.condition();
      case Moment.Stage stage ->
          run.filter(r -> r.phase() == Phase.SHIFTING && r.progress().entered())
              .filter(r -> plan.stages().get(r.stage()).name().equals(stage.name()))
              .isPresent();
    };
  }

  private void act(Act act, Look look) throws IOException, Failed {
    switch (act) {
      case Act.Deploy deploy -> deploy(deploy.version());
      case Act.Give give ->
          node.command(
              look.saved().memory().run().map(Run::id).orElse(""),
              give.action(),
              give.stage(),
              "the scenario",
              Set.of(),
              give.reason());
      case Act.Scale scale -> node.scale(scale.pods());
      case Act.Rate rate -> node.load(rate.rate());
      case Act.Outage outage -> folder.outage(outage.errors(), outage.slow());
    }
  }

  private void deploy(String version) throws IOException, Failed {
    String fingerprint = node.deploy(programs.template(version, scenario.version(version)));
    course = course.deployed(fingerprint, version);
  }

  /** The first version is there before the script begins. */
  void started(String fingerprint, Instant now) throws IOException {
    course = course.deployed(fingerprint, scenario.start()).ready(now);
    folder.write(course);
  }

  /** How long the lab has been under load. */
  Duration age(Instant now) {
    return Duration.between(course.began(), now);
  }
}
