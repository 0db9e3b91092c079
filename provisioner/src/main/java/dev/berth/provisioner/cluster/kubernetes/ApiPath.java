package dev.berth.provisioner.cluster.kubernetes;

import dev.berth.provisioner.cluster.Key;
import dev.berth.provisioner.cluster.Kind;
import dev.berth.provisioner.cluster.Selector;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/** Paths of the Kubernetes API, without a leading slash. */
final class ApiPath {
  private ApiPath() {}

  /** All objects of the kind, in one namespace where the kind has them and one is given. */
  static String of(Kind<?> kind, String namespace) {
    String group = kind.group().isEmpty() ? "api/" : "apis/";
    String within =
        kind.namespaced() && !namespace.isEmpty() ? "/namespaces/" + encode(namespace) : "";
    return group + kind.apiVersion() + within + "/" + kind.plural();
  }

  /** One object. */
  static String of(Kind<?> kind, Key key) {
    return of(kind, key.namespace()) + "/" + encode(key.name());
  }

  /** The selected objects, with these parameters. */
  static String of(Kind<?> kind, Selector selector, Map<String, String> parameters) {
    Map<String, String> all = new TreeMap<>(parameters);
    put(all, "labelSelector", selector.labels());
    put(all, "fieldSelector", selector.fields());
    StringJoiner query = new StringJoiner("&", "?", "");
    all.forEach((name, value) -> query.add(name + "=" + encode(value)));
    return of(kind, selector.namespace().orElse("")) + (all.isEmpty() ? "" : query);
  }

  private static void put(Map<String, String> all, String name, Map<String, String> wanted) {
    if (!wanted.isEmpty()) {
      StringJoiner terms = new StringJoiner(",");
      new TreeMap<>(wanted).forEach((key, value) -> terms.add(key + "=" + value));
      all.put(name, terms.toString());
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
