package dev.sluice.cli.init;

import dev.sluice.cli.cluster.Lead;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which routes are split, and which are not and why. */
final class RouteSection {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final Set<Lead.Kind> GATEWAY =
      EnumSet.of(Lead.Kind.HTTP_ROUTE, Lead.Kind.GRPC_ROUTE);

  private final Sheet sheet;
  private final Seen seen;
  private final String root;

  RouteSection(Sheet sheet, Seen seen, String root) {
    this.sheet = sheet;
    this.seen = seen;
    this.root = root;
  }

  /** Those that could be split, in the order of their kinds. */
  static List<Lead> splittable(List<Lead> leads, String root) {
    return leads.stream()
        .filter(lead -> lead.kind() != Lead.Kind.OTHER_INGRESS)
        .filter(lead -> lead.leadsOnlyTo(root))
        .filter(lead -> NAME.matcher(lead.name()).matches())
        .toList();
  }

  /** A policy names one kind: the Gateway API's, where there are some. */
  static List<Lead> usual(List<Lead> splittable) {
    List<Lead> gateway = splittable.stream().filter(l -> GATEWAY.contains(l.kind())).toList();
    return gateway.isEmpty() ? splittable : gateway;
  }

  /** Whether one policy can name all of them. */
  static boolean ofOneKind(List<Lead> leads) {
    return leads.stream().map(lead -> GATEWAY.contains(lead.kind())).distinct().count() <= 1;
  }

  /** Whether any is split. */
  boolean write() {
    List<Lead> splittable = splittable(seen.around().leads(), root);
    List<Lead> split = seen.chosen().orElse(usual(splittable));
    for (Lead lead : seen.around().leads()) {
      if (!splittable.contains(lead)) {
        cannot(lead);
      }
    }
    List<Lead> left = splittable.stream().filter(lead -> !split.contains(lead)).toList();
    if (split.isEmpty()) {
      sheet.note(
          left.isEmpty()
              ? "No HTTPRoute, GRPCRoute or Ingress of ingress-nginx leads to %s, so traffic cannot be split: the policy is blue-green, all users at one moment."
                  .formatted(root)
              : "No route is to be split: the policy is blue-green, all users at one moment.");
      return false;
    }
    if (GATEWAY.contains(split.getFirst().kind())) {
      sheet.line("  # They lead to %s; the rules that do so alone are split.", root);
      sheet.line("  route:");
      sheet.line("    gateway:");
      refs("      httpRoutes", split, Lead.Kind.HTTP_ROUTE);
      refs("      grpcRoutes", split, Lead.Kind.GRPC_ROUTE);
    } else {
      sheet.line(
          "  # ingress-nginx: while traffic is split a canary Ingress stands beside each; they are not touched.");
      sheet.line("  route:");
      sheet.line("    ingressNginx:");
      refs("      ingresses", split, Lead.Kind.NGINX);
    }
    if (!left.isEmpty()) {
      sheet.note(
          (seen.chosen().isPresent()
                  ? "Not to be split, as was chosen: %s; their users follow at the flip."
                  : "Ingresses of ingress-nginx lead here too (%s), and a policy names one kind of route: their users follow at the flip.")
              .formatted(left.stream().map(Lead::name).collect(Collectors.joining(", "))));
    }
    return true;
  }

  private void cannot(Lead lead) {
    if (lead.kind() == Lead.Kind.OTHER_INGRESS) {
      sheet.note(
          "The %s leads here too, and is of no kind that Sluice splits yet: its users follow at the flip, all at once."
              .formatted(lead));
    } else if (!NAME.matcher(lead.name()).matches()) {
      sheet.note(
          "The %s has a name that a policy cannot say (letters, digits and - alone), so it is left out: its users follow at the flip, all at once."
              .formatted(lead));
    } else {
      sheet.note(
          "No rule of the %s leads to the Service %s alone, so it is left out: its users follow at the flip, all at once."
              .formatted(lead, root));
    }
  }

  private void refs(String field, List<Lead> split, Lead.Kind kind) {
    List<String> names =
        split.stream().filter(lead -> lead.kind() == kind).map(Lead::name).toList();
    if (!names.isEmpty()) {
      sheet.line(
          "%s: [%s]",
          field, names.stream().map(n -> "{ name: " + n + " }").collect(Collectors.joining(", ")));
    }
  }
}
