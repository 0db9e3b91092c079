package dev.berth.provisioner.csi;

import static java.util.Objects.requireNonNullElse;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.SecretReference;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a secret is, with places for the names of claim and PV.
 *
 * @param use what it is for
 * @param name may have {@code ${pv.name}}, {@code ${pvc.namespace}}, {@code ${pvc.name}} and {@code
 *     ${pvc.annotations['key']}}
 * @param namespace may have the first two only, lest who writes a claim reads secrets of others
 */
public record SecretTemplate(SecretUse use, String name, String namespace) {
  private static final Pattern TOKEN = Pattern.compile("\\$\\{([^}]*)}");
  private static final Pattern ANNOTATION = Pattern.compile("pvc\\.annotations\\['([^']+)']");
  private static final Pattern NAME =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
  private static final int LONGEST_NAME = 253;

  /**
   * The secret of one claim.
   *
   * @throws InvalidRequestException if a token is not known, an annotation is missing, or the
   *     result is no name
   */
  public SecretReference of(PersistentVolumeClaim claim, String volumeName) {
    String in = fill(namespace, use.namespaceKey(), claim, volumeName, false);
    String called = fill(name, use.nameKey(), claim, volumeName, true);
    if (!NAME.matcher(called).matches() || called.length() > LONGEST_NAME) {
      throw notAName(use.nameKey(), name, called);
    }
    if (!LABEL.matcher(in).matches()) {
      throw notAName(use.namespaceKey(), namespace, in);
    }
    return new SecretReference(called, in);
  }

  private static String fill(
      String template, String key, PersistentVolumeClaim claim, String volumeName, boolean ofName) {
    return TOKEN
        .matcher(template)
        .replaceAll(
            token ->
                Matcher.quoteReplacement(value(token.group(1), key, claim, volumeName, ofName)));
  }

  private static String value(
      String token, String key, PersistentVolumeClaim claim, String volumeName, boolean ofName) {
    Matcher annotation = ANNOTATION.matcher(token);
    if (token.equals("pv.name")) {
      return volumeName;
    }
    if (token.equals("pvc.namespace")) {
      return claim.getMetadata().getNamespace();
    }
    if (ofName && token.equals("pvc.name")) {
      return claim.getMetadata().getName();
    }
    if (ofName && annotation.matches()) {
      return annotation(annotation.group(1), key, claim);
    }
    throw new InvalidRequestException(
        "StorageClass parameter "
            + key
            + ": ${"
            + token
            + "} is not known here; use "
            + (ofName
                ? "${pv.name}, ${pvc.namespace}, ${pvc.name} or ${pvc.annotations['key']}"
                : "${pv.name} or ${pvc.namespace}"));
  }

  private static String annotation(String wanted, String key, PersistentVolumeClaim claim) {
    String value =
        requireNonNullElse(claim.getMetadata().getAnnotations(), Map.<String, String>of())
            .get(wanted);
    if (value == null) {
      throw new InvalidRequestException(
          "StorageClass parameter "
              + key
              + ": the claim has no annotation "
              + wanted
              + "; add it to the claim");
    }
    return value;
  }

  private static InvalidRequestException notAName(String key, String template, String result) {
    return new InvalidRequestException(
        "StorageClass parameter "
            + key
            + " \""
            + template
            + "\" gives \""
            + result
            + "\", which is no DNS name; correct the class or the claim");
  }
}
