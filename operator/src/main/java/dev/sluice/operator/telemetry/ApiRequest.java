package dev.sluice.operator.telemetry;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What a request to the API server asks for, in RBAC's words, without any name in it.
 *
 * @param resource with its subresource, like {@code releasepolicies/status}; {@code discovery} for
 *     what tells of kinds and versions
 */
record ApiRequest(String verb, String resource) {
  static ApiRequest of(String method, URI uri) {
    List<String> path =
        Arrays.stream(uri.getPath().split("/", -1)).filter(p -> !p.isEmpty()).toList();
    int start = path.isEmpty() ? 0 : "apis".equals(path.getFirst()) ? 3 : 2;
    if (path.size() <= start || !path.getFirst().startsWith("api")) {
      return new ApiRequest("get", "discovery");
    }
    List<String> rest = path.subList(start, path.size());
    if (rest.getFirst().equals("namespaces") && rest.size() > 2) {
      rest = rest.subList(2, rest.size());
    }
    boolean named = rest.size() > 1;
    String resource = rest.size() > 2 ? rest.getFirst() + "/" + rest.get(2) : rest.getFirst();
    return new ApiRequest(verb(method, named, uri), resource);
  }

  private static String verb(String method, boolean named, URI uri) {
    boolean watches =
        Optional.ofNullable(uri.getQuery()).filter(q -> q.contains("watch=true")).isPresent();
    return switch (method) {
      case "GET" -> watches ? "watch" : named ? "get" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> named ? "delete" : "deletecollection";
      default -> "other";
    };
  }
}
