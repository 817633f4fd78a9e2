// Session cookies that next-auth 4.24.13 and @auth/core 0.41.1 set at a login of the user "42",
// each by its own code (t/lib/nextauth.mjs, t/lib/authjs.mjs).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vectors {

struct Login {
    const char* origin;
    bool authjs;
    std::string_view secret;
    std::string_view cookie;      // the name without the number of a chunk
    std::string_view thumbprint;  // its "kid", empty: none
    std::int64_t issued;
    std::int64_t expires;
    std::array<std::string_view, 2> values;  // of the cookie, or of its two chunks
};

inline constexpr std::array<Login, 6> kLogins = {{
    {"NextAuth",
     false,
     "a secret, made by openssl rand -hex 32",
     "next-auth.session-token",
     "",
     1795640736,
     1798232736,
     {{"eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..wT-GZJNanl5JsVZW.-uMdlxkIr_7Rk-nSG6NupukLD6"
       "W8m4fpB2f3fYoKhUXdTCCGvnDPs67w0ngSddKEW8stALfzcXaWMdDn1wB_LGD3KWVRWXuslDB6JvccVEvoVM"
       "KGmDOFZaIfs-CYM39-9dWk4y3HX0XP5SMw6n-2RdJMpfpG_esjUWY.oLO_Qy6PzT8NsQ2RKL919w"}}},
    {"NextAuth, the secret before, by TLS",
     false,
     "the secret before, made by openssl rand -hex 32",
     "__Secure-next-auth.session-token",
     "",
     1795640737,
     1798232737,
     {{"eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..gXg-VKW-DSkCobT9.nGjms8haT4LaEGIwd5Q76jPOD9"
       "QG4pd4jEEIaQrhOFSKcVGZbnrrm1aGUv--sARqe9qvf7gi-Q217Q28bHZoqwm_ToUN4F-8651OvoJodU1M2a"
       "1GExVNuR993RduBGNxT5qGlUv9qKZwO8Q.FP2hfgAWJrYsvWlaQd_y_A"}}},
    {"NextAuth, in chunks, by TLS",
     false,
     "a secret, made by openssl rand -hex 32",
     "__Secure-next-auth.session-token",
     "",
     1795640737,
     1798232737,
     {{"eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..dHm36K1ecn8Vdn7J.Stm47SUOfdPTmBbbdFh5_T_Wey"
       "sIe4q44Ip-JT7ubNR9aQv0zhIfFFQ5h50gL_4_7xDiP0QWiLqottBcvx2dQn41IJ_mLSJ3s0J2sOrJt5jrQA"
       "j3BYN0Pc3fS0LZxLpQ_a0konhPcDHdXxBuEOzqMjbqCrZ-hVzTeUwzJfEFNHefhaPBJ54RHJ9rVGfbM4wYtb"
       "xx9uwyh_MKZ3WC6KctpzNWL8BcvYTjJtjEX26bMEsXUM7Ke7vawL2JqlltZXWwDTdCHJsI_OQ5A9eOfE2ITi"
       "l7RRvpgGe-dG9bUuWLkFegutjffp4FcfqWa-cm7E-jNvPQhB7xI1O8IDR0PzPmNnWXW1eRBrEkSKUgtFxaJj"
       "yAFISYGRvECcy__B-4Y3fC1ZqRNm1S7gL3khK796-XFWlIIHZb64ISg8pKdQo_pSI5njPcaH_auuKzi_0TUi"
       "nTL_PXsGuy_qGxduCJya7ks4YAMXF8uccFIvdbsq0qzZjTpsbA6nByzLqu0GLxhW4Wzdaqgxiq-4_spYhvVm"
       "g09GqoeyxJan3kgpc-s6UrBY4_ABvnFkPMgmYvEhSFJfwhGO-8NQBGrk-AXpEOEvpKWuJeoTgXEi_NljZPF-"
       "lKGx2IiwcjdTthgiRk9_REx4P7opsPh0mpv4VF7vnjoYEdwHzGSvF48--L7RiEG3UJkTrMg3rhA0sgTZhS4D"
       "xUO6zDy15QobyCyKy-md6LLF6-1uEnhGBYNAwUXI_cuSKmOpQQYS4-O46zAHbsLQJ2W74t9tsA0Lv7SvjoAa"
       "Q9Su7s-q275eBcRQL0f9gaCCSELgcF_Setj1CERl8hMFKdlx-GSgOXZv7anpXHhEZI1WGPzWdhwhgbbHfQwV"
       "ANg0NQnhdE3JGFlAP_u1AKuf8jHmNTJiVkzB47fTrxaWuOagZUa94GZ2XZM66Sk-pp1b9r8rQwxGxUWNAGv5"
       "RcznChSgr1A7DgMwIJUAWUK5BRS8Uf2v_9rx9tsQ0e6CWUAEUvbm9IjnUTwOGzGeRfU9S4h0Vd70DhCiji7G"
       "nE36DqAdeS55ZK87FXFf7gNvQ2mnQ0Vp4a5UrR5mejj2pdM-ev7YOIXpyuQA36cZlUtX8R6yabRjmwpWg44A"
       "RBcYmjU2_pA63hDH_xrv0w-VhTX3XjlhXdv5mnX_sVKoStSTty9-LQLsSruv7IimD-EOI34aygDvYeRNYgGy"
       "BOmVP718cgxwPsjC6RExWYYeyPDvcULS5QAmsMkU8x5yIMVMUxjswvh2pABu_f6EHkKxJu2wTLiA-a9MMD1p"
       "xkkVPoCGQko7pWNCbou-lH6vH7zhK7la2XEVdaY2kYU6Hwr8YYcZiQ7N7b6cpmX3GYcxjc3K_gvSJ3x1MTDh"
       "mHopH5btEgAeWSJBPQxXyPBWcmv8MNK7k-eg7JTxMhHZXs5G857XEP8or76K1BtBVEesUVzbN4upb1Qp2iDG"
       "8kFkD2MQ-tnDYoT9p5PEC2uKJ7I2YEfIb9F3QBPi_7_xVGTrAtwBd5I9UqIV4Dq6eXieeSbaGVUCdjip-3fr"
       "OrhJGPluHW4bdjsKYQS4ZpATKDET6H3Oq_b0OakvgbyVFrOW0M_-aLRW2YjnUyCPHQFHtDd3qnTKH_79M9o6"
       "W_ep5qti34bgQyDsBu3Ji4zKPa3MJxi6js51pilvS9_gk4OGl1mer6J0EOq9AxP_3CnWvT_eKeQs9vfL-mV1"
       "CRRDKNcSRyNi9e023zdgiWCbtjPcLSmCFVkQdYGtAcclSZjnzJSynuZlpKOBn3XbU3pQ6Q5syKsukewN3hOL"
       "wJuCdeUDY6KuXiizaiBQAQNv-BSMibPLiKDAVS2OgNnGpFyQ6JewK6edoyrsPnPq8ff4t_GxdJtqkMLFruF_"
       "-kyonOr-tW5QKldz35wQuVV4u0_pbhWt8xWjMYdxJxuLVg6Xqzvgo-A9GmiTyX3klnfgYweOHvO-DNsKU9Bo"
       "qWHnIC9mhTmhf7CffY73iLcES0vK_XOyxFLZ-oTEbfb1pq9EKUjaUWxuUZfYWKNLUI-p5qUjSwTFf9rRs-s-"
       "-ScsbpAn_mC3YVOgrnY7i3b9JQ8G02jlgvh7mZzA0ARvQPhCxWSzB3qC6WZJ6lo87T7TdnCHelcZ5zw89sp8"
       "CpTG1Gf8CDqA8z6-LI-5VYaI8rGPacSV7Y5O27ueSXTs-5O8uvwgQgG7Jwoa331pGMBLgOA7AHBCb_wGlJGN"
       "WEHp1UjQthCWIileHHEOXGpQqIefTmPmhZfk7F8qPU67qsby6rw0YIeRrhP3T5bR6ID0_9aI6cWm4pvIExMu"
       "E2gBiJWFfIY6O4ADIA_pbOzUJ7EQXMei0f4Io6xaqV5a495BGC2kIM95HxsP4EKGjOJzdHBz2ziQhaul5Zp8"
       "zlnJ0lNCGb7__1ddRbaNOAXCQnACkcPYLMToliG7WggnNI_sO_IWGYtHE4bSMy3NIzeuG52g0AOF927MP03l"
       "R05rAAuMT3M29mNt_H8ckx7bOZG3HuCUtC2t__Y0i1mnIdoKZKsmzK9pL7QqpgGkMDZCTqr8QhfXBDeDy_Mt"
       "xpRPYXMEH7OjmtbS27f7zOzfyg1nvVQZv8CN3r6Mw6GnNsBJQ62KRqXDEM1YmW5MM-d9v62imiKt2Px1woCF"
       "atOsdXCuk6g9EPbw84tu4pWeqHAruU-sPl6yrLZMvOe42JCgxQh7gVzamtbknUBPtoe1USIt5GkIafW6LnB-"
       "jBS0wLng5gNOrjelxO2GrY04hN9X7l53UVSqbZKZHTyMA1ausYeMvNyxXWRVSfDEV0hUjQSTPJsOajxIKfIk"
       "ewcQHDeDIY7N-Tog05ATiJEFQn5cxOgjrUIfR4bNyzVv0o-65VdlyMyJ1JPbjLfz_1_AEdj69ek02dhwpUtT"
       "H9j4fsq34egfc6MYWJYORFByEsEzk4EDdbuNsutBTpwB9iBC13syc9kgeeQmBSTMcJ012RBVfRWmzjDpWkRr"
       "u_ncYICTRWrWMYeruJ0Sc29nY7cFj6J-EpRC3QDmDXK0RE52xFjM7WzgLhL5FFHEjIwQ_e3HYdS_N7TPLM7b"
       "puyMcKZTFH5AXwrcaahar6g0Qg8VfUJgczdXjS6VjFNgw85xjKKhj4AzDAWFvyHoKISEwjacVmutPmKV6XLR"
       "ZFBh1NsHWdYm6UQEPDAuOPEPLzFcIDwqMk5_bRPPXbChoKYZN4W2a7pwYN8XszRwT9fTuog1mpvhEU1jFs0b"
       "nkcBIsdp4PHa6KHPfYS0wjXmZdTM1a1Ys_L5612-sE3zWAlU88bHUdkuIKgVed1aDICfdAsyt5uB97nPCoCV"
       "hz5F7TL69ngORjYhZI9uD774wbC8pZZwYnIjB0sMu73-yMKVe0V2ic6Q3YmcgTtb8hdDVngWR9YZKLc9dtK9"
       "_iFL-ledHxfgc_YcOFrAD6uZe8A9izmXr-3A_u54l5SJfxYVBSd44wRFpsy8IdpD3nNtFJwVsOvcIOsGIdrs"
       "xt7aI2ImPT20w30NgrS_MPMkpPClx5_VMIuq9GGhmKs6L5epZeiiGqmgDObq6NKiacq5EvEgWUh9ut2Q3k20"
       "HWqdvNV6TNMCFKvn7CPZZNjH5ippe8bMedbuPgH3Y6f2Wuiz4RHWN5R1TyH389TSpuSkA0fZocg6iQG_POIy"
       "LuzUddtP134XiqleVcf2Jr2l7F4le4LsX90g1QuCt0Njlt5JTNeM9t8yoz2ZX5kOZJdD2UiieMdVBKEJ1dkk"
       "YneVPiDJ7G_Lx0C5k4yyDacQ9ZWMHVk_49Q7bqm4jCH0d7s66jokAdRTb31mlOEH-z_GSykOgFsUIyWrWN_W"
       "jogLYcyCvIni3higgUqTljTPeuQMzhC441CdWtBudY7SF-YlR3eQ1fFKZbD2J5TnIKZjx",
       "FgPaQQTZiyvSExI82P84dzf5AI_udEhFKJeE11cfGHmXmHlQxirm1WsSF0kes_qmTypTtS0I3BwRwELjz68_"
       "NGZL7N0YisY-_1ha8ow8WKFi74_e12L1E1u98XEO9-exPSKSj8fVg41GNatt2rXa6RNLsaMniRnQBvkC3i9k"
       ".D-WqJvYYP3HTWwdcMSOcTA"}}},
    {"Auth.js",
     true,
     "a secret, made by openssl rand -hex 32",
     "authjs.session-token",
     "g3AazoOFUiO47PYrMA9EjIRlDJzOoCKFYfsB9f2A0d1ae4RSG7JKBA8tC9iNCobXoEQXpZR9C4Llq25RcaZR"
     "rA",
     1795640738,
     1798232738,
     {{"eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoiZzNBYXpvT0ZVaU80N1BZck1BOUVq"
       "SVJsREp6T29DS0ZZZnNCOWYyQTBkMWFlNFJTRzdKS0JBOHRDOWlOQ29iWG9FUVhwWlI5QzRMbHEyNVJjYVpS"
       "ckEifQ..qARV-f2lu8_8xUjptlmiiQ.TJCiRCfwxrFsx842ABRd62wLsgAA5h020Ix_P-PFOPaBQzsgD3hJE"
       "NzZ7WRVB2R-tWhdsK244ard7_VUHBSpyxtZVjZWCn_gSy3fbdrL4mUrDleNGmNVOeID4My4bz5LmxEjoWOeh"
       "x7IBwAp-X71sqI7FkmyXuMV8vd-HVIo2PI.QQlKo4VJQpqEFc0m_nYZsvVATrXSXO1RuS2KEohYoWY"}}},
    {"Auth.js, the secret before, by TLS",
     true,
     "the secret before, made by openssl rand -hex 32",
     "__Secure-authjs.session-token",
     "r2vaj4--zPnW38QSzQbK3sYKoyJkJ9CvzxgNzPU0CX3tSoPc9RISAmMZm6EfXLTtq5Hs5_iZV-zTotImNqYm"
     "dQ",
     1795640738,
     1798232738,
     {{"eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoicjJ2YWo0LS16UG5XMzhRU3pRYksz"
       "c1lLb3lKa0o5Q3Z6eGdOelBVMENYM3RTb1BjOVJJU0FtTVptNkVmWExUdHE1SHM1X2laVi16VG90SW1OcVlt"
       "ZFEifQ..zyreO6EdXu5ArvJjAngRCA.ADVjYrSwL9EwBTzHupxKb-07Zlr-hsMGBg2kWK7PNb1hjLjdKHyfA"
       "LSFMjrBz-4YxUlw6QVwBMoWMhNdvRMC6z3TaW3d7ggFDWGd1i6aVhdHXOSyEsLnyWjz0etMs3F8OoaJ1n6uy"
       "ofbR61MpfgSgw.FWDjztsAZp-P346D7FcIVz0gQ0NpOxhFo79ayzGICAY"}}},
    {"Auth.js, in chunks, by TLS",
     true,
     "a secret, made by openssl rand -hex 32",
     "__Secure-authjs.session-token",
     "thoTRI4VPozUpxuS9fEdpJ534Lli9U7EO0Hzhm_5Gm0Dfv3weJrqELUPcpV5tGImUA6gJiINpaQZAX7zhkIY"
     "XQ",
     1795640738,
     1798232738,
     {{"eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIiwia2lkIjoidGhvVFJJNFZQb3pVcHh1UzlmRWRw"
       "SjUzNExsaTlVN0VPMEh6aG1fNUdtMERmdjN3ZUpycUVMVVBjcFY1dEdJbVVBNmdKaUlOcGFRWkFYN3poa0lZ"
       "WFEifQ..pSS8CuNkuniRkH9VhzrbSg.PKpS6xyJMga0_DIh24gjZBvS0W0CT5ISmQU3WXlJx6JGqmEVaIfhY"
       "qcuSHfZ20yZJntiHZsgXNEayabPU5a0yu3jayvJc84u2Fj7RTxl9fWcoE4LE_XkQgCLIpKizUUkn0CjFPtf9"
       "_mvk2G43kTJcPWQXMMtcbUzuArif5Mjq4mxFwcQyZ9m2D4VOjFwET2HXAEuqpckErSYS9Bq1_ObrOwnC3FCC"
       "OHeVh8PHQS1AhHPDRn38uGzrHoZuDycRMWJCyBzCWBpokvrQOsm_TfYYfhFCqKKhhs7NjToNjKiosvNoEq9X"
       "wrWYegu30EfkaGcnpjLRrgcy7mu60Z7RoFzeg1hsXQwkynuap2QhwcHrMoSc3q6LFUXdZiPS1BuENCErSXjF"
       "RR9bl4OVUnlErkeOGArKkiVWgvFJ7bSsw8Hvgq3969xrKyLQH6KBrUFr4ilYcYvjWa0kC3tvP9DiT4G8XbZw"
       "mxBRcwUCOnAuzyHu_eF1QzeUtsOs3GBJWZiKKis8BrUDsIJxK7xpn6crrRixZDeoKvBXN_Px4M56v7GWE3iJ"
       "qHNEVcp33DT5qIw7swqLQbDPCnXvAY82s6WC4X8uKtpRQd5ASemyh5Wrf3Iea_flLBTV2Knj0C0fUBoRPUDi"
       "6TGpUR-3ZZXLSDo1bXdLQOSVduMJAW6ckXTOWHxHzdLmtPGEUyXj2gNqSjfc--7zcZalocak5iqFvsLKhmcT"
       "-txESIVwm_mftwX23HCS73NKXyJdAyFzfjYdHxMbh9SjqGfXqLvkK3_ykSaCnqpr9i2XU8fH-itk1pv8MEb9"
       "8jdm113vOTLrER2IUfMfVEosx595CLeEw6_QsGn-bPYHETfzLBXiFmIYA6rS3CeCZ-7gOCd7zE2iSrZi1uOi"
       "M7rGeH8njcOvikJK53PIJ6LJqEmbjAw6axHCFLMb3NsVedH1oL0vrpHAvIJboZAyugYTVEIytWpAHrSjilNQ"
       "J7wznm6YpbGgCvthGA6W23-To4GgsIIXQqdAbd4CXExect5ysdDnAyyYFXzK5XrMl4bYmWq4G-Z2-01iZGdS"
       "cpvUxfQQ2Fz0kYDMcU3Ccmf18CRAQq7P_2mwpyhPQAjly-y7XOTpB-QGBMcRuPhi48mcfT6NPC_l7Z6QjS3L"
       "Ry4r6soEW32-_QOaZqGluAvrRWaeBrZSTn8QH9VtkOTcFJFOLAMSrwhZQpYqhCjLukR-BWJVnj5wG1grX0pM"
       "-fv2e8F9988kJgrB_-vk5AOGdpCqe0AZ-0AbiKcqAln-NDnSb3cuU_Gdo11kdlEjzT6sRjfVZdGzqP1k0OOi"
       "miFnK980hnqTFiafEQJw6NRIBYPgGO6WSsOxjlLC8wW9ncjIkT5JzkDXrK3pYawnMbh-LcDplYs8NCJK2D9r"
       "sFuU6OsBo7ilsDK4d3s99GnjwgsSNR4nJGrVb15zcpWPdQAOuH6d8qb17JJkfYXQSJSHvAPiFzgXiMFjU452"
       "PVMuxAFFQwCd8h5HFS35kcPpDR_QkklaFS75leanDDiv8d3fTRiZ6cIoyPfOpZq2yowxKquugCAChevrip8O"
       "1hOSaCT6hPdBHfMAGonoouvH_1tte4nOJ3VL2u_mWde97hl0QUOu2A1DVsm2NcnzSigisEJh97kCzXfPQTUN"
       "eD7qb58H39yAwyEq3-1ofu2dqZbnkd80vZ2nRCofah-ttJ3c6lEX7c3pQBMWA2faGlKqHIbfILZaRH4Dtr2y"
       "l8gYMzM993b0t3iOwsJltk4en-Z6xCj2Q3Tu-WhXhzMwG911cHt1kn1vZ9TlwG2I0Cs5B8oiUmziecO6yntA"
       "JuZ8tqqvn5rLOyR_EZsTT-fUQHb8zx_CuSKPLgfvLivlblIo7BvH_BHQWCm_AF1YmC79YFlM25kofWhVcsG2"
       "pq7uNZLtLa8UbIzD-9jv2ydmiLTq3G4AzMJk3d_896txaYW_liEl_Gbsr2frW4jy2FUXBWIq18IL7NZxKApK"
       "7etulv60ChOQxgnmvj1iXbuKwOa0Ws6k7zY3PYAS9EHWtTbNEksMZ0tQf9em29f9Y5yrHzuzvv5aZpPW0l1K"
       "iXy8TOErKwPBuy_5SE3LhPBxPgBt5lEGcl-8VmUBUijG6PHLdiEgqF_sftTGA4DqxTLbdBZo9fhlwIYrHro1"
       "4CZQ65Bonca0-Udo-GpmevSvzxfeRDjGJUgk1zKW_FenyS3lBPQoM1XH0YfsPTVWODFEpp9oMSyI_koQXr4O"
       "AsCD6AxNqPljeAMa27rqHZT4uJSfEE15IuzVVoWE8DNw7QvdGefZrKD9ZL_xyd0UtAqh3udgxSfHuKz7a5xp"
       "osQzlNyRk-YkVBk3HxhgAVJVyAbRiTcrPEUZP4r0p0n6v3QbgHtdLUhuwrWJseaXh7PqeQn4hlf9LkygyCdi"
       "0XFZfETbV0X5uiYZQiJY5-9s-SB1LCTlvXb1NKfSPUMXZG8YnjWGz8bMDcTAU4FedLPvbaup4vLlP94MkHqB"
       "tR9Sw_MraTYcNV-BepxJbkNBHmlkXDPCZdrvsL9a4EEGp5_GWdrQe4C9P4DFBrZOLDIbMk1X8zlYb8CylnZK"
       "HRV2MZ4niW5Ry6HiVXwr-ZaVKXLqgGyNE1TwBdzOzXFH7kGGBhPURUCSG3Bfrs8a09wQqOzw0HPVcAGL82-B"
       "smN7Uqv_lw3R7zYcYSInyg_QBhhNILHBN5wcRODoHuLAmaYc200zcNd2Dvbl2kk3Ujbfo8Y1x8Zp7Bl2_4N4"
       "xlAdJhEuHE_GOQeKxEeXMShdr5_fIAYIAhzwtmwLb57zvVPtLEsipAzdQXU0chfYDuhWr7rGLhmqsMclJKCO"
       "P22-8LB1H6EbXIus3L9WQDxShAF0wRSWTtuU4eQTCYu2MkzMYCcLjZov8uWVFxiP1eTrfip3Y9ZbRCH7oLpO"
       "Po5uGkp-Jy-hBmaqri3xq6L5WNyIhjxT4AqOJKb3SDNfvEXlzdZu4sXlSm0IqiwtF8nFmD1jtOL5lFYpb6_Q"
       "fPL_60fDIzo3NAOjg6XsmcREU6HYil466e-_C80rzjbbyYnRVgw1QO80yvCKY0mIEOcvLQF0tPMeFtAgsKyj"
       "ymT7Nq7rbM5NocWTboSsKh1AdfR2xO5CfY6HnugHVsSTSuKPHvSss97uTD3nI2oix9Mu_ABfLdRoQ2DXGZP-"
       "asA3araNXWlwWAQvj4oh7UDSYAEN8BCMRyfalpXrGzn-Nlo7cAkS-c1PLshcQSAqSB0UGXdppnCK_MW8xdYS"
       "LWsfQRZ0e_jpGzH6Z5Q5Gqr_-cmvufNwLqJOnkVDjxXlN3ocAYwSkOuD5ZO1aV3Lj26oqBRxPwC60ewcL9K4"
       "QR-RQ-Py3rV77_3wRjtEMKPisar1fn9X5lTq061bOrCEpdA03PeqxITYOyQcbpN4ayxRhj9WuKcGC4Dzv1yO"
       "yJ8W3kAR9XySeGA0rG7jlEWsX0krWd2_k-xCafRPTQOnPkVXy8FCNY65CfVBF2f7lIPE3WpVFa4qJfUiULAw"
       "K2-sdXF1CoWHDpPrYrY302zzrXUBLISYQ8ApibJ0Sm790kwDhYqHjr5M53I6V60Gorh9TpOjmyXxFkOA9irU"
       "XycUokFBJhAmAOegiozV1yjqfmOSQLBpbCKigrF46s51trYZCLrorP4O_GaeHwRgzLl18NsZs0xH6nX6v_ZZ"
       "YnKzWU7WpOEIc7FR3TnlVGGAUh44SLRKEHZp0VDZX6tx0ULPB9cOkF-c_86OASYAumR7GMKS",
       "p-obuj8aqdt-Is7n3_AihOwDAiQkoP9ft0o5hmP8wt20bDMOaTmxBTPE1VngYlhHqpiVvf56is6ZOEGif8Rd"
       "EJt-Pc-1jBSo0WfQB8KPNZmQh2GP256vrpXdqJ9Ws2hCcU0ocq9HsDRiVZAAqZb0_UimrKfwy2ekIySnTlJC"
       "aHLyhwGYG5Tw-yFXIxlNaGlkos6coxnVgfcm_Gm3Gm6Y2labraNWVFdF8RBSHCsc3p-ka_pT64DIdwvZ-p3i"
       "Pag_F-IhAMCYNvYh02bamNTzTTVS-bxyBz2VD14bG3fKM51SWhullVGCDr0JskIsA.KLjG241p7oyhIkuXVY"
       "raDsqzl1aEBdavIW3uip9y7H4"}}},
}};

}  // namespace vectors
