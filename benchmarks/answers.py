"""SHA-256 of what each case gives: of counts, merges or bit strings.

They change with the text that ``benchmarks/text.py`` makes and with nothing else,
unless a change is tagged **Results** in ``CHANGES.md``.
"""

ANSWERS: dict[str, str] = {
    "count-by-tokens-125000": (
        "9018cb05d1b55e69774c18fe38497351e3c8df5181f2e8436a31d9776267025a"
    ),
    "count-by-tokens-250000": (
        "b3bc6b7a7c6a6c82a5653da15352a5b9df3c7a05a6695d2e3889739023f5b682"
    ),
    "count-by-tokens-500000": (
        "d524e0956876426f8d76cf0f8e47fe956d7d137aa2b366be7d06f6d9c995fb2a"
    ),
    "count-by-tokens-1000000": (
        "abb5c0d0b3a201f28701abeb405fb8f61c90376148bc5ad9b42586bc7a13c2e7"
    ),
    "cluster-by-tokens-125000": (
        "8daa75cceb4ccac7973c40e99b451f68a867502a3ab7825bd627cf0e343dde46"
    ),
    "cluster-by-tokens-250000": (
        "0c96e52e1849ea64fbc4b2c0f36154e9b5e938aaa3308be23b2a912ce3bb08c4"
    ),
    "cluster-by-tokens-500000": (
        "84011b43c5e4f9386b54e254d663f84a86174b3bf5b5254d59cf414e293b9d6f"
    ),
    "cluster-by-tokens-1000000": (
        "1631689443883ee3027aa878f50bdf3183bcce1ba462cb858e73d7533a5f0740"
    ),
    "cluster-by-words-5000": (
        "ae81ff39b3f6d196593cba73cd83dc98e48abdb8c124ec04b9705590d18409e2"
    ),
    "cluster-by-words-10000": (
        "38cdfebd7d7a99673ecc2e8b8f6c7df3d8ffeff81439402b4fa1d323472c44ba"
    ),
    "cluster-by-words-20000": (
        "162d0b8a248851e58608e351701aa7e9a41818f566bd7dbbe41e49f8dc24421a"
    ),
    "cluster-by-words-40000": (
        "a00ca18aa8e11ea75d34756fd332c1bb2239526271553d2ff69698df5a2d6032"
    ),
    "cluster-by-window-100": (
        "91c3504caf4334cd792d5a29022f93ad9b841346ef1cd63a6047bb28ec679d4a"
    ),
    "cluster-by-window-200": (
        "162d0b8a248851e58608e351701aa7e9a41818f566bd7dbbe41e49f8dc24421a"
    ),
    "cluster-by-window-400": (
        "69aaf0836f2d42ad09fd650ed8fcb8f64021eefe52989c7cecbd31284879546f"
    ),
    "cluster-by-window-800": (
        "411c0d7359f709e2b9b20a1c8b41f70b1932f6048376a80630ae623071b110e3"
    ),
    "cluster-by-window-1600": (
        "1ebc9d56f8c7085f1368816dbf2d59190c195480e2440a1e78a0abfdeb5969a3"
    ),
    "cluster-in-full-400": (
        "f174cb9236f7cb4d0e86080890c300b37c437dd87dce3e6e9cca99d2fa770c2c"
    ),
    "cluster-in-full-800": (
        "0fee187dcaf55646cac3a7bc9a874f6138f27ff6a5d68da7999435fd68953e53"
    ),
    "cluster-in-full-1600": (
        "e618ce52560b28c319e3aa7c15a641403cfabf89f6b1f659bcbe383d50aaac5e"
    ),
    "cluster-in-full-3200": (
        "d07b50ccbb65983e8f641358ce079e6484a5a5d9fa258a9ff1b1aaa71296a6ac"
    ),
    "cut-by-words-5000": (
        "b6e11248c7ae41d57fb37391d52dd4a96e7ebd1d104874d2b3d47dec2c7bf8d4"
    ),
    "cut-by-words-10000": (
        "ea3f6da71776dc65a5c8a42e24764564f47cad27765c6a19e42f39e8e486a43f"
    ),
    "cut-by-words-20000": (
        "83046240e88fa2eec39ab84f086ea62894453ed8d2dd4c5bc50eb0da6271d7c4"
    ),
    "cut-by-words-40000": (
        "cd852d16b518d3573afe65feab9847b2713867eab65fa4749b1329139454e59e"
    ),
}
