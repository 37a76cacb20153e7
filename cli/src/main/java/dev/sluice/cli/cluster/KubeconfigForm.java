package dev.sluice.cli.cluster;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.module.SimpleModule;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.AuthProviderConfig;
import io.fabric8.kubernetes.api.model.Cluster;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.Context;
import io.fabric8.kubernetes.api.model.ExecConfig;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How the client reads a kubeconfig: field by field. By itself it finds out by reflection what all
 * the classes of a kubeconfig can have, which takes longer than to ask a cluster. What only a few
 * have, like a program that is run for a token, is still left to it.
 */
final class KubeconfigForm extends JsonDeserializer<Config> {
  private KubeconfigForm() {}

  /** From now on, for whatever this process reads. */
  @SuppressWarnings("deprecation") // the client itself reads kubeconfigs by that mapper alone
  static void use() {
    Serialization.jsonMapper()
        .registerModule(
            new SimpleModule("kubeconfig").addDeserializer(Config.class, new KubeconfigForm()));
  }

  @Override
  public Config deserialize(JsonParser parser, DeserializationContext reading) throws IOException {
    JsonNode file = reading.readTree(parser);
    if (!file.isObject()) {
      return reading.reportInputMismatch(Config.class, "A kubeconfig is an object.");
    }
    Config config = new Config();
    text(file, "current-context", config::setCurrentContext);
    config.setClusters(all(list(file, "clusters", reading), KubeconfigForm::cluster));
    config.setContexts(all(list(file, "contexts", reading), KubeconfigForm::context));
    List<NamedAuthInfo> users = new ArrayList<>();
    for (JsonNode user : list(file, "users", reading)) {
      users.add(user(user, reading));
    }
    config.setUsers(users);
    return config;
  }

  private static JsonNode list(JsonNode file, String field, DeserializationContext reading)
      throws IOException {
    JsonNode list = file.path(field);
    return list.isArray() || list.isNull() || list.isMissingNode()
        ? list
        : reading.reportInputMismatch(Config.class, "%s is a list in a kubeconfig.", field);
  }

  private static NamedCluster cluster(JsonNode named) {
    JsonNode node = named.path("cluster");
    Cluster cluster = new Cluster();
    text(node, "server", cluster::setServer);
    text(node, "certificate-authority", cluster::setCertificateAuthority);
    text(node, "certificate-authority-data", cluster::setCertificateAuthorityData);
    text(node, "proxy-url", cluster::setProxyUrl);
    text(node, "tls-server-name", cluster::setTlsServerName);
    flag(node, "insecure-skip-tls-verify", cluster::setInsecureSkipTlsVerify);
    flag(node, "disable-compression", cluster::setDisableCompression);
    NamedCluster all = new NamedCluster();
    text(named, "name", all::setName);
    all.setCluster(cluster);
    return all;
  }

  private static NamedContext context(JsonNode named) {
    JsonNode node = named.path("context");
    Context context = new Context();
    text(node, "cluster", context::setCluster);
    text(node, "user", context::setUser);
    text(node, "namespace", context::setNamespace);
    NamedContext all = new NamedContext();
    text(named, "name", all::setName);
    all.setContext(context);
    return all;
  }

  private static NamedAuthInfo user(JsonNode named, DeserializationContext reading)
      throws IOException {
    JsonNode node = named.path("user");
    AuthInfo user = new AuthInfo();
    text(node, "client-certificate", user::setClientCertificate);
    text(node, "client-certificate-data", user::setClientCertificateData);
    text(node, "client-key", user::setClientKey);
    text(node, "client-key-data", user::setClientKeyData);
    text(node, "token", user::setToken);
    text(node, "tokenFile", user::setTokenFile);
    text(node, "username", user::setUsername);
    text(node, "password", user::setPassword);
    text(node, "as", user::setAs);
    text(node, "as-uid", user::setAsUid);
    user.setAsGroups(all(node.path("as-groups"), JsonNode::asText));
    Map<String, List<String>> extra = new LinkedHashMap<>();
    node.path("as-user-extra")
        .forEachEntry((key, values) -> extra.put(key, all(values, JsonNode::asText)));
    user.setAsUserExtra(extra);
    if (node.path("exec").isObject()) {
      user.setExec(reading.readTreeAsValue(node.get("exec"), ExecConfig.class));
    }
    if (node.path("auth-provider").isObject()) {
      user.setAuthProvider(
          reading.readTreeAsValue(node.get("auth-provider"), AuthProviderConfig.class));
    }
    NamedAuthInfo all = new NamedAuthInfo();
    text(named, "name", all::setName);
    all.setUser(user);
    return all;
  }

  private static void text(JsonNode node, String field, Consumer<String> to) {
    if (node.hasNonNull(field)) {
      to.accept(node.get(field).asText());
    }
  }

  private static void flag(JsonNode node, String field, Consumer<Boolean> to) {
    if (node.hasNonNull(field)) {
      to.accept(node.get(field).asBoolean());
    }
  }

  private static <T> List<T> all(JsonNode list, Function<JsonNode, T> one) {
    List<T> all = new ArrayList<>();
    list.forEach(node -> all.add(one.apply(node)));
    return all;
  }
}
