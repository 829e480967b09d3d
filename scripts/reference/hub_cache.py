"""Looks at a cache folder with the Python tools, without network: what does huggingface_hub find of a model?

    python hub_cache.py <cache folder> <org/name> [file that the model lacks]

Prints JSON: the snapshot folder, the path that each of its files is found at, what is known of the lacking file, and
what scan_cache_dir counts. Run by hand when the layout that @lorank/checkpoint writes changes.
"""

import json
import os
import sys

os.environ["HF_HUB_OFFLINE"] = "1"

from huggingface_hub import __version__, scan_cache_dir, snapshot_download, try_to_load_from_cache  # noqa: E402
from huggingface_hub.file_download import _CACHED_NO_EXIST  # noqa: E402

cache, model = sys.argv[1:3]
lacking = sys.argv[3] if len(sys.argv) > 3 else "chat_template.jinja"

snapshot = snapshot_download(model, cache_dir=cache, local_files_only=True)
found = {name: try_to_load_from_cache(model, name, cache_dir=cache) for name in sorted(os.listdir(snapshot))}
scan = scan_cache_dir(cache)
print(
    json.dumps(
        {
            "huggingface_hub": __version__,
            "snapshot": snapshot,
            "found": found,
            "known to be missing": try_to_load_from_cache(model, lacking, cache_dir=cache) is _CACHED_NO_EXIST,
            "repositories": [
                {
                    "id": repo.repo_id,
                    "files": repo.nb_files,
                    "refs": {ref: revision.commit_hash for ref, revision in repo.refs.items()},
                }
                for repo in scan.repos
            ],
            "warnings": [str(warning) for warning in scan.warnings],
        },
        indent=2,
    )
)
