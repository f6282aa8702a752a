"""Expected SHA-256 of the result of each case; `benchmarks.cases.digest` computes it.

A hash may change only if ``benchmarks/text.py`` writes a different text, or if
``CHANGES.md`` tags a change **Results**.
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
        "917017e5fb052c517d7b913542a31e0aa1eca17a489c36969a50ac8bc3646d1d"
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
        "8a069595d76b35fca5e5645b30a4930f51b461b60fdd299cbd4957c57f7e64a4"
    ),
    "cluster-by-window-800": (
        "a72b359aa988a1629e14fe9839d4ba93c9546adb69ecba2b8d189a8d5bd41651"
    ),
    "cluster-by-window-1600": (
        "f323257861bd170e2787c57157439333414152ebf5e80f5ae8191782155b7592"
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
        "625c38318dcf050a670edb807d083aabe40a8e00bb36f7acabd194d2bb3c0ad7"
    ),
    "cluster-by-factor-8": (
        "d10dcadd4a3e712735fbdf98519cdaee4ce7402605adc3ef5eb6ee75be2ced3b"
    ),
    "cluster-by-factor-512": (
        "624f81d7ee19d98b9bb64a913e5fbd7aac00040ecce4b698b50f409d038c8a82"
    ),
    "cluster-by-factor-32768": (
        "2889a6bc672b10de40bf475729bdeaa34b1e683d1a22f66f18563a5f88b23860"
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
    "lookup-by-tokens-125000": (
        "57cd2a424e41c482f14c97d319b10bd417970cd6370c9aa9a020c4c1162d328b"
    ),
    "lookup-by-tokens-250000": (
        "960d78c50cee6301d523fd8542e130147d00a363582a1e0c155d36e035d73384"
    ),
    "lookup-by-tokens-500000": (
        "e42e3c41802c53b1ef6df918f289bef598efc6464fe6969a622af9e3acb24c46"
    ),
    "lookup-by-tokens-1000000": (
        "1ebbed6da1a9c85113af51d9ddb30ed13b8d1c2681dd2059da9159b90f8d610e"
    ),
    "features-by-tokens-125000": (
        "747bceef3576c5934f8747d4d186c5fed8eee04ec2b705d08e8451bcbbcdbf8a"
    ),
    "features-by-tokens-250000": (
        "1755976dcd0c0c91ba0e5bbab1f73facfdd2f6eb3a4f25ee24fb1802d01edd0c"
    ),
    "features-by-tokens-500000": (
        "ddaee8bbfd2e783fd8b3d01f92e9a64fdb3f7ebbcc930bcbe3cde873282aafa1"
    ),
    "features-by-tokens-1000000": (
        "09ad269379b6a07acea930b91b7e14b9256fda0114664a9035d957c7477f40d9"
    ),
    "strings-by-tokens-125000": (
        "0e0dcfff49f968ee7acb6706a0257ea18050bdfc7ee0ff07c95a7b2b65e4fe26"
    ),
    "strings-by-tokens-250000": (
        "2ab2c1fc6c395c5907c71591b35c2241abdaa356c2ec8ffb43b85b90044deac0"
    ),
    "strings-by-tokens-500000": (
        "5d167eb2a3074397c73046e2416084f7692d10844d8ce438afa2efb861dc4785"
    ),
    "strings-by-tokens-1000000": (
        "71b565ecaa11685424ca74f868feff1bce0c2f081500f51c2f211f21228b387f"
    ),
    "train-by-tokens-125000": (
        "eaf90d0a31f5ee345bcaed722f93c8d4c844e491a72d73c10782431a56fb1737"
    ),
    "train-by-tokens-250000": (
        "ce4511d28bbb6bc8e3e4de6f3cfbde05e65b3ff0ce6caa01346bec2d112b3215"
    ),
    "train-by-tokens-500000": (
        "d0ca8c45f77e56def528f0a1750c84172e39d662c4ba4d80013b829c3c4818f2"
    ),
    "train-by-tokens-1000000": (
        "670ea2705ec3d280e6f2c003acacb8875b90d5e121183f783c65f62faac4b258"
    ),
    "tag-by-tokens-125000": (
        "064775d64bec51fbfe3a37869b1bb3d7bdbaf757f2079a95a4e00b842a3ddc0a"
    ),
    "tag-by-tokens-250000": (
        "cc5cfa4eb5ac99528d57d543b08f02ac17121c35a0ad38585abda190531e47f7"
    ),
    "tag-by-tokens-500000": (
        "a529246e86eaa9acbd2469536e51248cc3533ee64cc80480f436bc9a50ef8b35"
    ),
    "tag-by-tokens-1000000": (
        "e542cc7c1619ed20cfa8172fda83f78989dbb4cf1ff7a1770d758470dd9fee8c"
    ),
}
