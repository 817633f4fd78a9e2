# The module loaded but off changes nothing: answers are those of an nginx without it, header by header.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;

new_key('v1');
write_file('page.html', "<h1>hello</h1>\n", 0644);
my $server = 'root ' . folder() . '; error_page 404 /missing; client_max_body_size 100k;';
my $locations = '
    location / { proxy_pass http://backend; proxy_set_header Cookie $http_cookie; }
    location = /page.html { expires 1h; }
    location /basic { auth_basic "closed"; auth_basic_user_file /dev/null; proxy_pass http://backend; }
    location /any { satisfy any; deny all; auth_basic "closed"; auth_basic_user_file /dev/null;
        proxy_pass http://backend; }
    location /denied { deny all; }
    location /asked { auth_request /grant; proxy_pass http://backend; }
    location /grant { internal; return 204; }
    location /missing { return 404 "missing"; }
    location /moved { return 301 /page.html; }
    location /limited { limit_except GET { deny all; } proxy_pass http://backend; }
    location /cached { add_header Cache-Control "public"; add_header Set-Cookie "access_token=x"; return 200 "y"; }';
my %settings = (server => $server, tls => 1);
my $off = 'key v1 file=v1.key; cookie access_token; login /login; redis 127.0.0.1:1; store_error deny;';
my %nginx = (
    off => Nginx->prepare(%settings, realm => $off, server => "auth_session off; $server", locations => $locations),
    unused => Nginx->prepare(%settings, realm => $off, locations => $locations),
    bare => Nginx->prepare(%settings, locations => $locations),
    without => Nginx->prepare(%settings, locations => $locations),
);
for my $nginx (values %nginx) {
    my $plain = read_file($nginx->{file}) =~ s/add_header X-Reason \$session_status always;//r;
    $plain =~ s/\$session_status \$session_user//;
    $plain =~ s/"\$session_user"/"\$http_cookie \$http_authorization"/;
    $plain =~ s/^load_module .*\n// if $nginx == $nginx{without};
    write_file($nginx->{file}, $plain);
    $nginx->start;
}
unlike read_file($nginx{without}{file}), qr/session_|load_module/, 'one is without';

my $token = mint({exp => 1});
my @headers = ([], [cookie($token)], [bearer($token)], ['Sec-Fetch-Mode: navigate', cookie('x')],
    ['Origin: https://evil.example', cookie($token)], ['Authorization: Basic YTpi'], ['Range: bytes=1-3'],
    ['If-None-Match: "x"', 'Accept: text/html']);
my @requests = map {
    my $path = $_;
    map { my $method = $_; map { [$method, $path, @$_] } @headers } qw(GET HEAD OPTIONS)
} qw(/ /page.html /basic /any /denied /asked /missing/x /moved /limited /cached /../x /nothing);
push @requests, map {
    my $method = $_;
    map { [$method, $_, cookie($token), {body => 'x' x 1000}] } '/', '/limited', '/cached'
} qw(POST PUT DELETE PATCH);
push @requests, ['POST', '/', {body => 'x' x 200_000}], ['GET', '/', 'Upgrade: websocket', 'Connection: Upgrade'];

sub timeless { $_[0]->head =~ s/^(?:date|expires): .*\r\n//migr }

sub whole {
    my ($nginx, @request) = @_;
    my $response = $nginx->request(@request);
    my $head = timeless($response);
    $head =~ s/@{[ $nginx->port ]}|@{[ $nginx->tls_port ]}/PORT/g;
    return "$head\n" . $response->body;
}

for my $which (qw(bare unused off)) {
    my @differ = grep { whole($nginx{$which}, @$_) ne whole($nginx{without}, @$_) } @requests;
    is scalar @differ, 0, "$which: @{[ scalar @requests ]} answers are the same" or diag explain $differ[0];
}
for my $which (qw(bare unused off)) {
    my ($ours, $other) = map { Client::http2($_->tls_port, 'GET', '/page.html', {tls => 1}, cookie($token)) }
        @nginx{$which, 'without'};
    is timeless($ours), timeless($other), "$which: HTTP/2";
}
is scalar($nginx{$_}->log_lines(qr/rejected/)), 0, "$_: nobody is judged" for qw(unused off);

done;
