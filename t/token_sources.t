# Where tokens are looked for: the realm's cookie, other cookies, headers, Bearer in any letter case, variables.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
my $key = 'key v1 file=v1.key;';
my $nginx = Nginx->new(
    realms => {
        plain => "$key cookie access_token;",
        bare => $key,
        cookie => "$key token cookie=sid; cookie access_token;",
        header => "$key token header=X-Access-Token;",
        bearer => "$key token bearer; cookie access_token;",
        variable => "$key token variable=\$http_x_custom;",
        mapped => "$key token variable=\$picked;",
        several => "$key token header=X-First; token cookie=second; token variable=\$http_x_third; token bearer;",
    },
    http => 'map $http_upgrade $picked { default ""; websocket $http_sec_websocket_protocol; }',
    echo => '$session_user $session_source',
    locations => join('', map {"location /$_ { auth_session $_; proxy_pass http://backend; }"}
        qw(plain bare cookie header bearer variable mapped several)),
);
my $token = mint({});

my @table = (
    # where, request headers, what is found there
    ['plain', cookie($token), 'cookie:access_token'],
    ['plain', "Cookie: a=b; access_token=$token; c=d", 'cookie:access_token'],
    ['plain', "Cookie: a=b;access_token=$token", 'cookie:access_token'],
    ['plain', "Cookie:   access_token=$token  ", 'cookie:access_token'],
    ['plain', "Cookie: access_token=\"$token\"", 'malformed'],
    ['plain', "Cookie: xaccess_token=$token", 'missing'],
    ['plain', "Cookie: access_token2=$token", 'missing'],
    ['plain', "Cookie: Access_Token=$token", 'missing'],
    ['plain', "Cookie: a=access_token=$token", 'missing'],
    ['plain', "Cookie: access_token", 'missing'],
    ['plain', "Cookie: access_token=", 'missing'],
    ['plain', "Cookie: access_token; access_token=$token", 'cookie:access_token'],
    ['plain', bearer($token), 'bearer'],
    ['bare', bearer($token), 'bearer'],
    ['bare', cookie($token), 'missing'],
    ['cookie', cookie($token, 'sid'), 'cookie:sid'],
    ['cookie', cookie($token), 'missing'],
    ['cookie', bearer($token), 'missing'],
    ['header', "X-Access-Token: $token", 'header:X-Access-Token'],
    ['header', "x-ACCESS-token: $token", 'header:X-Access-Token'],
    ['header', "X-Access-Token: Bearer $token", 'malformed'],
    ['header', 'X-Access-Token:', 'missing'],
    ['header', bearer($token), 'missing'],
    (map { ['bearer', "Authorization: $_$token", 'bearer'] } 'Bearer ', 'bearer ', 'BEARER ', 'bEaReR ', 'Bearer  '),
    ['bearer', "authorization: Bearer $token", 'bearer'],
    ['bearer', "Authorization: Bearer$token", 'missing'],
    ['bearer', "Authorization: Basic $token", 'missing'],
    ['bearer', "Authorization: $token", 'missing'],
    ['bearer', 'Authorization: Bearer', 'missing'],
    ['bearer', 'Authorization: Bearer  ', 'missing'],
    ['bearer', cookie($token), 'missing'],
    ['variable', "X-Custom: $token", 'variable:http_x_custom'],
    ['variable', 'X-Custom: nonsense', 'malformed'],
    ['variable', 'X-Other: nonsense', 'missing'],
    ['several', "X-First: $token", 'header:X-First'],
    ['several', "Cookie: second=$token", 'cookie:second'],
    ['several', "X-Third: $token", 'variable:http_x_third'],
    ['several', bearer($token), 'bearer'],
);
for my $case (@table) {
    my ($realm, $header, $expected) = @$case;
    my $response = $nginx->get("/$realm", $header);
    my $got = $response->status == 200 ? $response->body =~ s/^42 //r : $response->reason;
    is $got, $expected, "$realm: " . $header =~ s/\Q$token\E/TOKEN/r;
}

is $nginx->get('/mapped', "Sec-WebSocket-Protocol: $token", 'Upgrade: websocket')->body, '42 variable:picked',
    'a variable of a map';
is $nginx->get('/plain?access_token=' . 'x')->reason, 'missing', 'never from the query';

done;
