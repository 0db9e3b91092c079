package dev.berth.storage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What {@code groups/<name>.json} says.
 *
 * @param parameters as given, for telling a repeated request from another one
 * @param whole false while its members come or go: a start finds it so only after a kill, and
 *     removes them and it
 */
record GroupFile(
    GroupId id,
    String name,
    boolean whole,
    List<Member> members,
    Map<String, String> parameters,
    Instant created) {
  static final String SUFFIX = ".json";
  private static final Set<String> FIELDS =
      Set.of("format", "id", "name", "whole", "members", "parameters", "created");

  /**
   * One member.
   *
   * @param snapshot its name, and that of its folder
   */
  record Member(String snapshot, VolumeId volume) {}

  GroupFile {
    members = List.copyOf(members);
    parameters = Map.copyOf(parameters);
  }

  GroupFile whole(boolean now) {
    return new GroupFile(id, name, now, members, parameters, created);
  }

  List<VolumeId> volumes() {
    return members.stream().map(Member::volume).toList();
  }

  byte[] bytes() {
    ObjectNode node =
        Document.begin().put("id", id.toString()).put("name", name).put("whole", whole);
    ArrayNode all = node.putArray("members");
    for (Member member : members) {
      all.addObject().put("snapshot", member.snapshot()).put("volume", member.volume().toString());
    }
    ObjectNode given = node.putObject("parameters");
    new TreeMap<>(parameters).forEach(given::put);
    node.put("created", created.toString());
    return Document.seal(node);
  }

  /**
   * Reads one.
   *
   * @param id what the file must say that it is, by its name
   */
  static GroupFile of(Path file, byte[] bytes, GroupId id) {
    Fields fields = new Fields(file, Document.open(file, bytes));
    fields.only(FIELDS, Document.FORMAT);
    if (!fields.text("id").equals(id.toString())) {
      throw fields.wrong(
          "id", Quoted.of(fields.text("id")) + " is not " + id + ", as its name says");
    }
    return new GroupFile(
        id,
        fields.text("name"),
        fields.flag("whole"),
        fields.objects("members").stream().map(GroupFile::member).toList(),
        fields.object("parameters").texts(),
        fields.parsed("created", "is not a time", Instant::parse));
  }

  private static Member member(Fields fields) {
    String snapshot = fields.text("snapshot");
    if (!VolumeId.NAME.matcher(snapshot).matches()) {
      throw fields.wrong("snapshot", Quoted.of(snapshot) + " is not the name of a snapshot");
    }
    return new Member(
        snapshot, fields.parsedOptional("volume", "is not the id of a volume", VolumeId::parse));
  }
}
