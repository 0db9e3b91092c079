package dev.berth.program.objects;

import java.util.ArrayList;
import java.util.List;

/**
 * What the arguments of get, describe and delete name.
 *
 * @param resource the kind
 * @param name the object's name, empty for all of the kind
 */
record Reference(Resource resource, String name) {
  /** What cannot be understood; the message is for the person who typed it. */
  static final class Unclear extends RuntimeException {
    Unclear(String message) {
      super(message);
    }
  }

  /**
   * Reads {@code pvc}, {@code pvc,pv}, {@code pvc data logs} or {@code pvc/data pod/web}.
   *
   * @throws Unclear if it is none of these
   */
  static List<Reference> parse(List<String> words) {
    List<Reference> references = new ArrayList<>();
    if (words.getFirst().contains("/")) {
      words.forEach(word -> references.add(slashed(word)));
      return references;
    }
    List<Resource> kinds = new ArrayList<>();
    for (String kind : words.getFirst().split(",", -1)) {
      kinds.add(resource(kind));
    }
    List<String> names = words.subList(1, words.size());
    names.stream()
        .filter(name -> name.contains("/"))
        .findFirst()
        .ifPresent(
            mixed -> {
              throw new Unclear(
                  "write KIND/NAME for every object or KIND NAME…, not "
                      + words.getFirst()
                      + " and "
                      + mixed);
            });
    for (Resource kind : kinds) {
      if (names.isEmpty()) {
        references.add(new Reference(kind, ""));
      }
      names.forEach(name -> references.add(new Reference(kind, name)));
    }
    return references;
  }

  private static Reference slashed(String word) {
    int slash = word.indexOf('/');
    if (slash <= 0 || slash == word.length() - 1 || word.indexOf('/', slash + 1) >= 0) {
      throw new Unclear("write KIND/NAME, such as pvc/data, not " + word);
    }
    return new Reference(resource(word.substring(0, slash)), word.substring(slash + 1));
  }

  private static Resource resource(String typed) {
    return Resource.find(typed)
        .orElseThrow(() -> new Unclear("unknown kind " + typed + "; known: " + Resource.known()));
  }
}
