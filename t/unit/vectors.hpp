// Tokens that others signed, each with the JSON Web Key that verifies it.
#pragma once

#include <array>
#include <ostream>
#include <string_view>

namespace vectors {

struct Vector {
    const char* origin;
    std::string_view algorithm;
    std::string_view jwk;
    std::string_view token;
};

inline std::ostream& operator<<(std::ostream& stream, const Vector& vector) {
    return stream << vector.origin << " " << vector.algorithm;
}

// RFC 7515, appendix A, RFC 7520, section 4, RFC 8037, appendix A. Not every payload is a JSON
// object.
inline constexpr std::array<Vector, 9> kPublished = {{
    {"RFC 7515, A.1 (the JWT of RFC 7519, 3.1)", "HS256",
     R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3)"
     R"(Yj0iPS4hcgUuTwjAzZr1Z9CAow"})",
     "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4M"
     "TkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27"
     "uhbUJU1p1r_wW1gFWFOEjXk"},
    {"RFC 7515, A.2", "RS256",
     R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHm)"
     R"(fHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r)"
     R"(2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2)"
     R"(R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco)"
     R"(9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB"})",
     "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6L"
     "y9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9"
     "g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcA"
     "cQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0Gar"
     "ZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9"
     "QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"},
    {"RFC 7515, A.3", "ES256",
     R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y)"
     R"(":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})",
     "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6L"
     "y9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4Gawxae"
     "pmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"},
    {"RFC 7515, A.4", "ES512",
     R"({"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBp)"
     R"(Xp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6j)"
     R"(QyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"})",
     "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZ"
     "OYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdO"
     "O8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"},
    {"RFC 7520, 4.1", "RS256",
     R"({"kty":"RSA","kid":"bilbo.baggins@hobbiton.example","use":"sig","n":"n4EPtAOCc)"
     R"(9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz)"
     R"(_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj)"
     R"(-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHr)"
     R"(tIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUk)"
     R"(Rz5iaiQkqgc5gHdrNP5zw","e":"AQAB"})",
     "eyJhbGciOiJSUzI1NiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.SXTig"
     "JlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN"
     "0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXig"
     "JlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.MRjdkly7_-oTPTS"
     "3AXP41iQIGKa80A0ZmTuV5MEaHoxnW2e5CZ5NlKtainoFmKZopdHM1O2U4mwzJdQx996ivp83xuglI"
     "I7PNDi84wnB-BDkoBwA78185hX-Es4JIwmDLJK3lfWRa-XtL0RnltuYv746iYTh_qHRD68BNt1uSNC"
     "rUCTJDt5aAE6x8wW1Kt9eRo4QPocSadnHXFxnt8Is9UzpERV0ePPQdLuW3IS_de3xyIrDaLGdjluPx"
     "UAhb6L2aXic1U12podGU0KLUQSE_oI-ZnmKJ3F4uOZDnd6QZWJushZ41Axf_fcIe8u9ipH84ogoree"
     "7vjbU5y18kDquDg"},
    {"RFC 7520, 4.2", "PS384",
     R"({"kty":"RSA","kid":"bilbo.baggins@hobbiton.example","use":"sig","alg":"PS384",)"
     R"("n":"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDv)"
     R"(Nd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkH)"
     R"(Hig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0)"
     R"(ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7j)"
     R"(ig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw","e":"AQAB"})",
     "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.SXTig"
     "JlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN"
     "0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXig"
     "JlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.cu22eBqkYDKgIlT"
     "pzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB"
     "5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442"
     "ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0"
     "qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4"
     "ifKo8DYM-X72Eaw"},
    {"RFC 7520, 4.3", "ES512",
     R"({"kty":"EC","kid":"bilbo.baggins@hobbiton.example","use":"sig","crv":"P-521",")"
     R"(x":"AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7yt)"
     R"(DyRXYgCF5cj0Kt","y":"AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsU)"
     R"(daQkAgDPrwQrJmbnX9cwlGfP-HqHZR1"})",
     "eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.SXTig"
     "JlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN"
     "0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXig"
     "JlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.AE_R_YZCChjn479"
     "1jSQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3m"
     "tPBu_u_sDDyYjnAMDxXPn7XrT0lw-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBom"
     "u9xQ2"},
    {"RFC 7520, 4.4", "HS256",
     R"({"kty":"oct","kid":"018c0ae5-4d9b-471b-bfd6-eef314bc7037","use":"sig","alg":"H)"
     R"(S256","k":"hJtXIZ2uSN5kbQfbtTNWbpdmhkV8FJG-Onbc6mxCcYg"})",
     "eyJhbGciOiJIUzI1NiIsImtpZCI6IjAxOGMwYWU1LTRkOWItNDcxYi1iZmQ2LWVlZjMxNGJjNzAzNy"
     "J9.SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4"
     "gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgd"
     "GhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.s0h6KTh"
     "zkfBBBkLspW1h84VsJZFTsPPqMDA7g1Md7p0"},
    {"RFC 8037, A.4", "EdDSA",
     R"({"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")"
     R"(})",
     "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG"
     "1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"},
}};

// The algorithms that those leave out. All have the same claims, good from 2023-11-14 to the end of
// 2099.
inline constexpr std::array<Vector, 8> kIndependent = {{
    {"PyJWT 2.6", "HS384",
     R"({"kty":"oct","alg":"HS384","k":"49Z8_47tppgj1K84pkhNx3ElLiT27ULvAUGkTjr1hz088p)"
     R"(BlxnLLv_RsOqNtOv0i"})",
     "eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTcwMDAwMDAwMCwiZ"
     "XhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJqMSIsInNpZCI6InMxIn0.e9SamZZhmDfSxXz65mZTlUH2kmT"
     "9UQ7cva0lk7dGT08mK8Bl7M_5QSHUwuuaY0up"},
    {"PyJWT 2.6", "HS512",
     R"({"kty":"oct","alg":"HS512","k":"GrzbXHdtPtPj0cWGdbYvP8qvCD0cz25lRqhQseD2XVbB1X)"
     R"(LBAKOuguV-IP_wRR8CjO0o8MMhJHEPSQW0dNcj6A"})",
     "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTcwMDAwMDAwMCwiZ"
     "XhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJqMSIsInNpZCI6InMxIn0.3c9G7n_0EhkrjiaNPbweoPhfqSC"
     "mFDwT6r6NgAetOtGVqpgpv678iRwk7eIyXajHX4pzMAaRgd7zYtbl1xxMbw"},
    {"PyJWT 2.6", "RS384",
     R"({"e":"AQAB","kty":"RSA","n":"sjEErBdL5_EWIu5dEp0KFScfqbZIOwYq6PTzV8o7a_N3yYdwl)"
     R"(KQB4pMzxuPvBzW3Tw3Vk0bDV6CuIOtypXhFZRv_4dtZsaaxAqb1uYn5eDIuM_V5FKTC61YYgtuLRDW)"
     R"(vbunCU6aooyuZRQfe6TR9xypzSwdGxVQvL8ihayjn6nO3LhG1lXBgx-Cv4Ht9YWd4H4Oqy48ay3x69)"
     R"(pqy89uMsbf_tj3bWZMMtkA6TqbIVyLRzErNJ6EC9PEloYqtim4hncuec_iKqoJn_jRV16uat2f3hvt)"
     R"(0HRllLnrpqagcldGycupQWg5CKZnZWpJkDIJOKusElrrRNV6UwF54qn72Qw","alg":"RS384"})",
     "eyJhbGciOiJSUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTcwMDAwMDAwMCwiZ"
     "XhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJqMSIsInNpZCI6InMxIn0.ktnrq6BwoyuP3yxesuIAu82pUZD"
     "AOyrSmfPzBiRbKQfuqkTf1bAwgaRviSS0ZPoNpU2NG-Bun2qOzep3fpPs3-d_YRcX8HV9o9NQSnQdb"
     "q6Gc-fuJviFAdIYdCtcb-cWmGU-cUE1SZKzND2PTb3It85--Lz1UvlScSwCcKtRJOv6QadJIGMG2SS"
     "kT4sUmSbUevCez22AXUpAH8NUWebt3um8WdRrYjRnB5NrUjOKTkbnR-VMMgIC7_bXchiPXGAyOFBwf"
     "xK3xXPbAV-BYdTUE_zYxp2gYY_k1lmPdiKrBIWJ0tjK9IQKNI1PQ6kVr71f6KxxQCaNLlo9cXHFM7K"
     "H9g"},
    {"PyJWT 2.6", "RS512",
     R"({"e":"AQAB","kty":"RSA","n":"sjEErBdL5_EWIu5dEp0KFScfqbZIOwYq6PTzV8o7a_N3yYdwl)"
     R"(KQB4pMzxuPvBzW3Tw3Vk0bDV6CuIOtypXhFZRv_4dtZsaaxAqb1uYn5eDIuM_V5FKTC61YYgtuLRDW)"
     R"(vbunCU6aooyuZRQfe6TR9xypzSwdGxVQvL8ihayjn6nO3LhG1lXBgx-Cv4Ht9YWd4H4Oqy48ay3x69)"
     R"(pqy89uMsbf_tj3bWZMMtkA6TqbIVyLRzErNJ6EC9PEloYqtim4hncuec_iKqoJn_jRV16uat2f3hvt)"
     R"(0HRllLnrpqagcldGycupQWg5CKZnZWpJkDIJOKusElrrRNV6UwF54qn72Qw","alg":"RS512"})",
     "eyJhbGciOiJSUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTcwMDAwMDAwMCwiZ"
     "XhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJqMSIsInNpZCI6InMxIn0.r2bMO3GdAGf1A614iyOItJgU0oD"
     "IpvxSE3w3UWgm-lJ1R87uDJn9N8m8afhqvUwbhd8ixcOCFVmqTXgjLl3KBoBA_rd10iu2V9gEDbj16"
     "W6rnl35UG2VYS3QUicRfaCap0CsBFfQPJ1MM8-XzfOdJUldOWChlpvBbpjK-eXOHKcgcgWh5_R9Hy9"
     "svpppJMk-DCECRy-H0k0s4BI2enIWWjr4XYBsBd-xcA0ixvMh15coZyIzKpZsMlyLsHC1_iYdgcKES"
     "eA9Snz0e5OPHDGiCtwMoJxDAACuqAC8KDdBkYeF2FWaGLA4-NSq7shbstFS3QpSnTZ00CMS-1aNX_O"
     "z9g"},
    {"PyJWT 2.6", "PS256",
     R"({"e":"AQAB","kty":"RSA","n":"sjEErBdL5_EWIu5dEp0KFScfqbZIOwYq6PTzV8o7a_N3yYdwl)"
     R"(KQB4pMzxuPvBzW3Tw3Vk0bDV6CuIOtypXhFZRv_4dtZsaaxAqb1uYn5eDIuM_V5FKTC61YYgtuLRDW)"
     R"(vbunCU6aooyuZRQfe6TR9xypzSwdGxVQvL8ihayjn6nO3LhG1lXBgx-Cv4Ht9YWd4H4Oqy48ay3x69)"
     R"(pqy89uMsbf_tj3bWZMMtkA6TqbIVyLRzErNJ6EC9PEloYqtim4hncuec_iKqoJn_jRV16uat2f3hvt)"
     R"(0HRllLnrpqagcldGycupQWg5CKZnZWpJkDIJOKusElrrRNV6UwF54qn72Qw","alg":"PS256"})",
     "eyJhbGciOiJQUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTcwMDAwMDAwMCwiZ"
     "XhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJqMSIsInNpZCI6InMxIn0.hx-V53nBAW8zZGb09lPFfT2xeh8"
     "MW7mB6gm72Ka743SLo7ygHxoxrHwpVX2sXN3nO9U4qfWvgM1zYd4vrS7kbyWQVueNYQ-HwBm0a_VHC"
     "nF1AQ-W3oljQCG8T6WfEyc_BTtrjbA1np5fbFnGyjzGQWXW1cykYw4lCKLiDvsduvqjwfjs9hbJOf0"
     "Df3ezVlgHdwxN3BdiAiiuCImtfma5kSPFsm5Sy-WlGaBVBZE7eAxZlORI5qD8cSCGzc3Oyd4YIgil-"
     "DBHIZAcNddxDZVLPttPivdE0zwY1waFi2p1dPC7GHKdE0H5Xq1Kq5Ym5RIAS14O9oKoTrXZMp-wOgb"
     "aBQ"},
    {"PyJWT 2.6", "PS512",
     R"({"e":"AQAB","kty":"RSA","n":"sjEErBdL5_EWIu5dEp0KFScfqbZIOwYq6PTzV8o7a_N3yYdwl)"
     R"(KQB4pMzxuPvBzW3Tw3Vk0bDV6CuIOtypXhFZRv_4dtZsaaxAqb1uYn5eDIuM_V5FKTC61YYgtuLRDW)"
     R"(vbunCU6aooyuZRQfe6TR9xypzSwdGxVQvL8ihayjn6nO3LhG1lXBgx-Cv4Ht9YWd4H4Oqy48ay3x69)"
     R"(pqy89uMsbf_tj3bWZMMtkA6TqbIVyLRzErNJ6EC9PEloYqtim4hncuec_iKqoJn_jRV16uat2f3hvt)"
     R"(0HRllLnrpqagcldGycupQWg5CKZnZWpJkDIJOKusElrrRNV6UwF54qn72Qw","alg":"PS512"})",
     "eyJhbGciOiJQUzUxMiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTcwMDAwMDAwMCwiZ"
     "XhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJqMSIsInNpZCI6InMxIn0.XQ2nZVrbiys6aCeS5B90jVzEedg"
     "wiWbJUjKox60bQiRXcdWWvrAEsMO2wTF9G3XC41rISKtbeG3FmpC7Ku5ixz4SKuU_R_EMCV7SAYaPx"
     "q29heRadXA36fBszkTds-_KtfT_rQ3etfuEVgBHLbDvTiE7NU7PD737GG6-jGuHV_B-qGkUwS0Ei1u"
     "unNLnBavtmKPVxs-NFRNg3ItaOSVsDXsLzHhpVok7bP_-vd8ZBzV_SmNf8Zp__jJAZQNDn182DzVvH"
     "LUUhuRxLfvNQ7UXqTNCRFRPKNr4vXIpPHU9RExxe27ZZGw9M-0eUeIZIBtWKUDS-suMnUKtcYoXYyl"
     "c0w"},
    {"PyJWT 2.6", "ES384",
     R"({"crv":"P-384","kty":"EC","x":"ix9IFr1-20_jZE7pdKRok2mSavSLiqtzuwWKOriNm1oKsZK)"
     R"(a-GYIo1zldVJL8DIy","y":"b-4oYToz_6vvCgtzAx8n83GvacxYK--RVR8d3IEd0NxhvJGhRHKUH3)"
     R"(DcXQDfMw4s","alg":"ES384"})",
     "eyJhbGciOiJFUzM4NCIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTcwMDAwMDAwMCwiZ"
     "XhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJqMSIsInNpZCI6InMxIn0.mYTi2tgTOuGuOqE8t0gDK0SaL5s"
     "Ks1f7goSuVdPjQjtaWWQ0Oe1pvLq6h9ZwiBQU6HZzMB_QU9pm0OhwRUAsuxuQLJZtEiUvG0mm2EocK"
     "GwPwhSFGJH2QUaM7tO_h8il"},
    {"PyJWT 2.6", "EdDSA",
     R"({"crv":"Ed448","kty":"OKP","x":"h6Ssbf2V7NQmVInPowg896NPcihU0N1eQR8iYXaNzTRVYg)"
     R"(0nf4Hwt7ZCZVcEJpEMpdJsemzs7zsA","alg":"EdDSA"})",
     "eyJhbGciOiJFZERTQSIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI0MiIsImlhdCI6MTcwMDAwMDAwMCwiZ"
     "XhwIjo0MTAyNDQ0ODAwLCJqdGkiOiJqMSIsInNpZCI6InMxIn0.1bYSeHWVZx0NRsKLxcfOmLGjRyQ"
     "AF8ez9ylvvjzM6VdpcILf8ReYadgX0y9oQIhKngRHfNn61JoAtsljUG1hdTknyp5ROsLaIMcsxGSNc"
     "NSNicGIgL_XlFYsgbi8GQllMDaHS0TMlq49yo8mDEyvdzUA"},
}};

}  // namespace vectors
