package dev.berth.provisioner.pod;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a pod may be told about itself: fieldRef and resourceFieldRef. */
final class DownwardApi {
  private static final Pattern SUBSCRIPT =
      Pattern.compile("metadata\\.(labels|annotations)\\['(.+)'\\]");

  private DownwardApi() {}

  /** The text of a field, as a kubelet writes it into a file. */
  static String field(Pod pod, ObjectFieldSelector selector) throws LackingException {
    ObjectMeta meta = pod.getMetadata();
    String path = requireNonNullElse(selector.getFieldPath(), "");
    Matcher subscript = SUBSCRIPT.matcher(path);
    if (subscript.matches()) {
      boolean label = subscript.group(1).equals("labels");
      return map(label ? meta.getLabels() : meta.getAnnotations())
          .getOrDefault(subscript.group(2), "");
    }
    return switch (path) {
      case "metadata.name" -> meta.getName();
      case "metadata.namespace" -> meta.getNamespace();
      case "metadata.uid" -> meta.getUid();
      case "metadata.labels" -> lines(map(meta.getLabels()));
      case "metadata.annotations" -> lines(map(meta.getAnnotations()));
      case "spec.nodeName" -> requireNonNullElse(pod.getSpec().getNodeName(), "");
      case "spec.serviceAccountName" ->
          requireNonNullElse(pod.getSpec().getServiceAccountName(), "default");
      default ->
          throw new LackingException(
              "fieldRef.fieldPath \""
                  + path
                  + "\" has no answer here: known are metadata.name, metadata.namespace,"
                  + " metadata.uid, metadata.labels, metadata.annotations and one of these by"
                  + " ['KEY']; change the pod");
    };
  }

  private static Map<String, String> map(Map<String, String> given) {
    return requireNonNullElse(given, Map.of());
  }

  /** A line for each, sorted by key, the value quoted. */
  private static String lines(Map<String, String> all) {
    return new TreeMap<>(all)
        .entrySet().stream()
            .map(each -> each.getKey() + "=" + quoted(each.getValue()))
            .collect(Collectors.joining("\n"));
  }

  private static String quoted(String value) {
    StringBuilder text = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        case '\n' -> text.append("\\n");
        case '\r' -> text.append("\\r");
        case '\t' -> text.append("\\t");
        default -> text.append(c);
      }
    }
    return text.append('"').toString();
  }

  /** What a container asks for or is held to, in units of the divisor, rounded up. */
  static String resource(Pod pod, ResourceFieldSelector selector) throws LackingException {
    String name = requireNonNullElse(selector.getContainerName(), "");
    Container container =
        Stream.concat(
                pod.getSpec().getInitContainers().stream(), pod.getSpec().getContainers().stream())
            .filter(c -> name.equals(c.getName()))
            .findFirst()
            .orElseThrow(
                () ->
                    new LackingException(
                        "resourceFieldRef.containerName \""
                            + name
                            + "\": the pod has no such one"));
    String wanted = requireNonNullElse(selector.getResource(), "");
    BigDecimal amount = amount(container, wanted);
    BigDecimal divisor =
        Optional.ofNullable(selector.getDivisor())
            .map(Quantity::getNumericalAmount)
            .filter(d -> d.signum() > 0)
            .orElse(BigDecimal.ONE);
    return amount.divide(divisor, 0, RoundingMode.CEILING).toPlainString();
  }

  private static BigDecimal amount(Container container, String wanted) throws LackingException {
    Optional<ResourceRequirements> resources = Optional.ofNullable(container.getResources());
    Map<String, Quantity> limits =
        resources.map(ResourceRequirements::getLimits).orElseGet(Map::of);
    Map<String, Quantity> requests =
        resources.map(ResourceRequirements::getRequests).orElseGet(Map::of);
    String resource = wanted.substring(wanted.indexOf('.') + 1);
    Optional<Quantity> limit = Optional.ofNullable(limits.get(resource));
    if (wanted.startsWith("requests.")) {
      // A request that is not set is the limit's (Kubernetes API, ResourceRequirements), else zero.
      return Optional.ofNullable(requests.get(resource))
          .or(() -> limit)
          .map(Quantity::getNumericalAmount)
          .orElse(BigDecimal.ZERO);
    }
    if (!wanted.startsWith("limits.")) {
      throw new LackingException(
          "resourceFieldRef.resource \""
              + wanted
              + "\": must begin with limits. or requests.; change the pod");
    }
    return limit
        .map(Quantity::getNumericalAmount)
        .orElseThrow(
            () ->
                new LackingException(
                    "resourceFieldRef.resource \""
                        + wanted
                        + "\": container "
                        + container.getName()
                        + " sets no such limit, and here the node has no share to name instead;"
                        + " set it"));
  }
}
