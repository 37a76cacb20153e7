#!/usr/bin/env python3
"""An OCI image archive from directories, one a layer, without a daemon (standard library only).

Same files, same archive: times are zero, owners root, order fixed. Several tags share their layers, so a tag more
costs two small blobs; they may differ in environment.
"""
import argparse, gzip, hashlib, io, json, os, sys, tarfile

options, command = sys.argv[1:], []
if "--" in options:
    at = options.index("--")
    options, command = options[:at], options[at + 1:]
p = argparse.ArgumentParser(description=__doc__.splitlines()[0], epilog="The command to run follows after --.")
p.add_argument("--out", required=True)
p.add_argument("--layer", action="append", required=True, metavar="DIR", help="its tree is laid at /, over the layers before")
p.add_argument("--tag", action="append", required=True, nargs="+", metavar=("NAME:TAG", "K=V"), help="with its environment")
p.add_argument("--user", default="65532:65532")
p.add_argument("--port", type=int)
p.add_argument("--gzip", action="store_true", help="smaller to send, slower to unpack")
a = p.parse_args(options)
if not command:
    p.error("write -- and the command to run after the options")

def layer(root):
    blob = io.BytesIO()
    with tarfile.open(fileobj=blob, mode="w", format=tarfile.GNU_FORMAT) as t:
        for folder, folders, files in os.walk(root):
            folders.sort()
            for name in sorted(folders + files):
                path = os.path.join(folder, name)
                i = t.gettarinfo(path, os.path.relpath(path, root))
                i.uid = i.gid = i.mtime = 0
                i.uname = i.gname = ""
                if i.isreg():
                    i.mode = 0o755 if i.mode & 0o100 else 0o644
                    with open(path, "rb") as f:
                        t.addfile(i, f)
                else:
                    t.addfile(i)
    return blob.getvalue()

sha = lambda data: "sha256:" + hashlib.sha256(data).hexdigest()
encode = lambda o: json.dumps(o, separators=(",", ":"), sort_keys=True).encode()
OCI = "application/vnd.oci.image."
blobs = {}

def descriptor(kind, data, **more):
    blobs[sha(data)] = data
    return {"mediaType": OCI + kind, "digest": sha(data), "size": len(data), **more}

trees = [layer(root) for root in a.layer]
layers = [descriptor("layer.v1.tar+gzip", gzip.compress(t, mtime=0)) if a.gzip else descriptor("layer.v1.tar", t) for t in trees]
platform = {"architecture": "amd64", "os": "linux"}
manifests = []
for ref, *env in a.tag:
    config = {"User": a.user, "Entrypoint": command, "Env": ["PATH=/usr/bin:/bin"] + env, "WorkingDir": "/"}
    if a.port:
        config["ExposedPorts"] = {f"{a.port}/tcp": {}}
    image = encode({**platform, "config": config, "rootfs": {"type": "layers", "diff_ids": [sha(t) for t in trees]}})
    manifest = encode({"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json", "config": descriptor("config.v1+json", image), "layers": layers})
    names = {"io.containerd.image.name": ref, "org.opencontainers.image.ref.name": ref.rsplit(":", 1)[1]}
    manifests.append(descriptor("manifest.v1+json", manifest, platform=platform, annotations=names))
index = encode({"schemaVersion": 2, "mediaType": OCI + "index.v1+json", "manifests": manifests})

def add(t, name, data):
    i = tarfile.TarInfo(name)
    i.size = len(data)
    t.addfile(i, io.BytesIO(data))

with tarfile.open(a.out + ".part", "w") as t:
    add(t, "oci-layout", encode({"imageLayoutVersion": "1.0.0"}))
    add(t, "index.json", index)
    for digest, data in blobs.items():
        add(t, "blobs/sha256/" + digest[7:], data)
os.replace(a.out + ".part", a.out)
print(f"{', '.join(tag[0] for tag in a.tag)}: {a.out}, {os.path.getsize(a.out) / 1e6:.0f} MB")
